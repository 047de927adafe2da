using Microsoft.AspNetCore.Http.HttpResults;

namespace WebApi.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app) => app
        .MapGet("/users/{userId:int}", FindAsync)
        .CacheWith<UserInfoNode>()
        .WithSummary("A made-up person")
        .WithDescription("Ten made-up people, 1 to 10. The first answer waits for a store that plays a slow database; the next ones come from the cache.");

    // The handler is the load: it runs only when no tier has the user. A 404 is not cached.
    private static async Task<Results<Ok<UserInfo>, NotFound>> FindAsync(int userId, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(userId, cancellationToken) is { } user ? TypedResults.Ok(user) : TypedResults.NotFound();
}
