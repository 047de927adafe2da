using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http.HttpResults;

namespace WebApi.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/users");
        users.MapGet("/{userId:int}", FindAsync)
            .CacheWith<UserInfoNode>()
            .WithSummary("A made-up person")
            .WithDescription("Ten made-up people, 1 to 10. The first answer waits for a store that plays a slow database; the next ones come from the cache.");
        users.MapGet("/me", FindMeAsync)
            .RequireAuthorization()
            .CacheWith<MyProfileNode>(options => options.VaryByUser())
            .WithSummary("The person whose token it is: each has an entry of his own");
        app.MapPost("/login/{userId:int}", LogIn).WithSummary("A token of a made-up person, without a password, since there is nothing to protect");
    }

    // The handler is the load: it runs only when no tier has the user. A 404 is not cached.
    private static async Task<Results<Ok<UserInfo>, NotFound>> FindAsync(int userId, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(userId, cancellationToken) is { } user ? TypedResults.Ok(user) : TypedResults.NotFound();

    private static async Task<Results<Ok<UserInfo>, NotFound>> FindMeAsync(ClaimsPrincipal user, UserStore users, CancellationToken cancellationToken) =>
        int.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var userId)
            ? await FindAsync(userId, users, cancellationToken)
            : TypedResults.NotFound();

    private static SignInHttpResult LogIn(int userId)
    {
        var id = new Claim(ClaimTypes.NameIdentifier, userId.ToString(CultureInfo.InvariantCulture));
        var user = new ClaimsPrincipal(new ClaimsIdentity([id], BearerTokenDefaults.AuthenticationScheme));
        return TypedResults.SignIn(user, authenticationScheme: BearerTokenDefaults.AuthenticationScheme);
    }
}
