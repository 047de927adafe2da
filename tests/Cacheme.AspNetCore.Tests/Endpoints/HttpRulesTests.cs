using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>What is never answered from the cache, and what is.</summary>
public class HttpRulesTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_WithAuthorizationHeader_PassesBy()
    {
        await using var app = await StartUsersAsync();
        await app.Client.GetStringAsync("/users/1", Token);

        app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "abc");
        await app.Client.GetStringAsync("/users/1", Token);
        await app.Client.GetStringAsync("/users/1", Token);

        Assert.Equal(3, _runs.Count);
    }

    [Fact]
    public async Task Request_OfAnAuthenticatedUser_PassesBy()
    {
        await using var app = await StartUsersAsync(before: http => http.User = new ClaimsPrincipal([new ClaimsIdentity(), new ClaimsIdentity("cookie")]));

        await app.Client.GetStringAsync("/users/1", Token);
        await app.Client.GetStringAsync("/users/1", Token);

        Assert.Equal(2, _runs.Count);
    }

    public static TheoryData<string> Demands => ["data", "policy", "requirement", "later"];

    [Theory]
    [MemberData(nameof(Demands))]
    public async Task Endpoint_ThatAsksForAuthorizationAndDoesNotSayWhose_RefusesTheStart(string demand)
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartUsersAsync(then: endpoint => Demand(endpoint, demand)));

        Assert.Contains("/users/{userId:int}' cannot be cached with UserNode: it asks for authorization", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("VaryByUser()", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_ThatAllowsAnonymous_IsCached()
    {
        await using var app = await StartUsersAsync(
            then: endpoint => Demand(endpoint, "data").WithMetadata(new AllowAnonymousAttribute()),
            // Routing refuses an endpoint with such metadata that the middleware did not see.
            before: http => http.Items["__AuthorizationMiddlewareWithEndpointInvoked"] = true);

        await app.Client.GetStringAsync("/users/1", Token);
        await app.Client.GetStringAsync("/users/1", Token);

        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task Endpoint_UnderAFallbackPolicy_RefusesTheStart()
    {
        var refusal = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
            web => web.MapGet("/users/{userId:int}", (int userId) => new User(userId, "Ada")).CacheWith<UserNode>(),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())));

        Assert.Contains("it asks for authorization", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-store", 2)]
    [InlineData("max-age=0, no-store", 2)]
    [InlineData("no-cache", 1)]
    public async Task Request_ThatAsksForNoStore_PassesBy(string cacheControl, int runs)
    {
        await using var app = await StartUsersAsync();
        await app.Client.GetStringAsync("/users/1", Token);
        var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);

        using var answer = await app.Client.SendAsync(request, Token);

        Assert.Equal(runs, _runs.Count);
        Assert.Equal("""{"id":1,"name":"run 1"}""", await app.Client.GetStringAsync("/users/1", Token)); // Nor is it stored.
    }

    [Fact]
    public async Task Post_OnAMixedEndpoint_PassesBy()
    {
        await using var app = await StartUsersAsync();
        await app.Client.GetStringAsync("/users/1", Token);

        using var post = await app.Client.PostAsync("/users/1", null, Token);

        Assert.Equal("""{"id":1,"name":"run 2"}""", await post.Content.ReadAsStringAsync(Token));
        Assert.Equal("""{"id":1,"name":"run 1"}""", await app.Client.GetStringAsync("/users/1", Token));
    }

    [Fact]
    public async Task Head_AfterGet_IsAnsweredFromTheCache()
    {
        await using var app = await StartUsersAsync();
        await app.Client.GetStringAsync("/users/1", Token);

        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/users/1"), Token);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task Request_ThatDidNotBind_Is400AndNotLookedUp()
    {
        var cache = new WatchedNodeCache<UserNode, User>();
        await using var app = await StartAsync(
            web => web.MapGet("/users", (int userId) => new User(userId, "Ada")).CacheWith<UserNode>(), services => services.Watch(cache));

        using var bad = await app.Client.GetAsync("/users?userId=one", Token);
        using var good = await app.Client.GetAsync("/users?userId=0", Token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (bad.StatusCode, good.StatusCode));
        Assert.Equal(new UserNode(0), Assert.Single(cache.Looked));
    }

    [Fact]
    public async Task Request_WhoseKeyTheCacheRefuses_RunsTheHandler()
    {
        await using var app = await StartAsync(web => web.MapGet("/", (string name) => $"{name.Length} {_runs.Next()}").CacheWith<TextNode>());
        var path = $"/?name={new string('a', 600)}";

        await app.Client.GetStringAsync(path, Token);
        await app.Client.GetStringAsync(path, Token);

        Assert.Equal(2, _runs.Count);
    }

    private static RouteHandlerBuilder Demand(RouteHandlerBuilder endpoint, string demand)
    {
        switch (demand)
        {
            case "data":
                return endpoint.WithMetadata(new AuthorizeAttribute());
            case "policy":
                return endpoint.WithMetadata(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            case "requirement":
                return endpoint.WithMetadata(new Requirement());
            default:
                // After the filter was built: seen in the final metadata only.
                endpoint.Finally(built => built.Metadata.Add(new AuthorizeAttribute()));
                return endpoint;
        }
    }

    private Task<TestApp> StartUsersAsync(Action<RouteHandlerBuilder>? then = null, Action<HttpContext>? before = null) => TestApp.StartAsync(web =>
    {
        web.Use((http, next) =>
        {
            before?.Invoke(http);
            return next(http);
        });
        if (IsEarly)
        {
            web.UseCacheme();
        }

        var endpoint = web.MapMethods("/users/{userId:int}", ["GET", "HEAD", "POST"], (int userId) => new User(userId, $"run {_runs.Next()}")).CacheWith<UserNode>();
        then?.Invoke(endpoint);
    });

    private sealed class Requirement : IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [];
    }
}
