using System.Security.Claims;
using Cacheme.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.WebApi.Tests.Readme;

public sealed record OrdersNode(string UserId, int Page = 1) : Node<IReadOnlyList<string>>, INodePolicy
{
    public override NodeKey Key => $"orders:{UserId}:{Page}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}

public sealed record ReportNode(int Year, string Host) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"report:{Year}:{Host}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
}

public sealed record PriceNode(string Product) : Node<string>, INodePolicy
{
    public override NodeKey Key => $"price:{Product}";

    public static void Configure(NodePolicyBuilder policy) => policy.Cache("local", ttl: TimeSpan.FromMinutes(1));
}

public sealed class OrderStore
{
    private readonly string _shop = "the shop";

    public IReadOnlyList<string> Of(ClaimsPrincipal user, int page) => [$"page {page} of {user.Identity?.Name} in {_shop}"];
}

[ApiController]
public sealed class PeopleController(UserStore users) : ControllerBase
{
    [HttpGet("/controllers/people/{userId:int}")]
    [CacheWith<UserInfoNode>]
    public async Task<ActionResult<UserInfo>> FindAsync(int userId, CancellationToken ct) => await users.FindAsync(userId, ct);
}

/// <summary>The code of the guide to endpoints, whole and running.</summary>
public static class EndpointsCode
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UserStore>().AddSingleton<OrderStore>().AddRateLimiter(_ => { }).AddAuthorization().AddAuthentication().AddBearerToken();
        builder.Services.AddCacheme(cacheme => cacheme
            .AddLocal("local", size: 10_000)
            .AddNode<UserInfoNode>(policy => policy.Cache("local"))
            .AddNode<OrdersNode>()
            .AddNode<ReportNode>()
            .AddNode<PriceNode>());
        builder.Services.AddHealthChecks().AddCacheme();
        builder.Services.Configure<CachemeEndpointOptions>(options => options.BodySizeLimit = 256 * 1024 * 1024);
        builder.Services.AddControllers().AddApplicationPart(typeof(EndpointsCode).Assembly);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseCacheme();
        Map(app);
        return app;
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/users/{userId:int}", (int userId, UserStore users, CancellationToken ct) => users.FindAsync(userId, ct))
           .CacheWith<UserInfoNode>();

        var users = app.MapGroup("/people").CacheWith<UserInfoNode>();
        users.MapGet("/{userId:int}", (int userId, UserStore users, CancellationToken ct) => users.FindAsync(userId, ct));
        users.MapGet("/{userId:int}/live", (int userId, UserStore users, CancellationToken ct) => users.FindAsync(userId, ct)).DisableCaching();

        app.MapControllers();

        app.MapNode<UserInfoNode>("/profiles/{userId:int}");

        app.MapGet("/reports/{year:int}", (int year, HttpContext http) => $"{year} in {http.Request.Host.Host}")
           .CacheWith<ReportNode>(options => options
               .Ignore("http")
               .Map("host", http => http.Request.Host.Host));

        app.MapGet("/orders", (ClaimsPrincipal user, int page, OrderStore orders) => orders.Of(user, page))
           .RequireAuthorization()
           .CacheWith<OrdersNode>(options => options.VaryByUser());

        app.MapGet("/prices/{product}", (string product) => $"The price of {product}")
           .CacheWith<PriceNode>(options => options.Shared().PublicMaxAge(TimeSpan.FromSeconds(10)));
    }
}
