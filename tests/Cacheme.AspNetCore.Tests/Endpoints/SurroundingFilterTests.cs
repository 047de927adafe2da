using System.ComponentModel.DataAnnotations;
using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>Other filters of a cached endpoint: no guard is passed by, and they see what the handler returns.</summary>
public class SurroundingFilterTests : EndpointTests
{
    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Filter_AddedAfterCacheWith_RefusesTheStart()
    {
        var error = await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
            web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>().AddEndpointFilter(Guard)));

        Assert.Contains("/users/{userId:int}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Add the filter before CacheWith; or say .CacheWith<UserNode>(options => options.RunFiltersOnLoads())", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_OfAnEndpointInACachedGroup_RefusesTheStart() => await Assert.ThrowsAsync<CachemeSetupException>(() => StartAsync(
        web => web.MapGroup("/users").CacheWith<UserNode>().MapGet("/{userId:int}", Next).AddEndpointFilter(Guard)));

    [Fact]
    public async Task Filter_AddedAfterCacheWith_ThatIsOfTheLoad_RunsWithTheHandlerOnly()
    {
        var filtered = new Counter();
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>(options => options.RunFiltersOnLoads()).AddEndpointFilter((context, next) =>
        {
            filtered.Next();
            return next(context);
        }));

        Assert.Equal(await ReadAsync(app, "/users/1"), await ReadAsync(app, "/users/1"));

        Assert.Equal((1, 1), (_runs.Count, filtered.Count));
    }

    [Fact]
    public async Task Filter_ThatFiltersNothingHere_MayStandAnywhere()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>().AddEndpointFilterFactory((_, next) => next));

        Assert.Equal(await ReadAsync(app, "/users/1"), await ReadAsync(app, "/users/1"));
    }

    [Fact]
    public async Task OuterFilter_ThatChangesNothing_LeavesTheETag()
    {
        await using var app = await StartAsync(web => web.MapGroup("").AddEndpointFilter((context, next) => next(context)).MapGet("/users/{userId:int}", Next).CacheWith<UserNode>());
        await ReadAsync(app, "/users/1");
        using var answer = await app.Client.GetAsync("/users/1", Token);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!); // Not null: it is the test.

        using var unchanged = await app.Client.SendAsync(again, Token);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.StartsWith("Cacheme; hit", unchanged.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OuterFilter_ThatChangesTheValueInPlace_IsSeenAfterAHitThatKeptABody()
    {
        var masks = false;
        await using var app = await StartAsync(web => web.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            if (masks && result is string[] texts)
            {
                texts[0] = "***";
            }

            return result;
        }).MapGet("/texts/{name}", string[] (string name) => [name]).CacheWith<TextsNode>());
        await ReadAsync(app, "/texts/secret");
        Assert.Contains("secret", await ReadAsync(app, "/texts/secret"), StringComparison.Ordinal);

        masks = true;

        Assert.DoesNotContain("secret", await ReadAsync(app, "/texts/secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuardFilter_OfAMappedNode_RunsOnAHit()
    {
        await using var app = await StartAsync(
            web => web.MapNode<LoadedNode>("/users/{userId:int}").AddEndpointFilter(Guard),
            services => services.AddSingleton(_runs));

        await AssertGuardedAsync(app, "/users/1");
    }

    [Fact]
    public async Task GuardFilter_BeforeCacheWith_RunsOnAHit()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).AddEndpointFilter(Guard).CacheWith<UserNode>());

        await AssertGuardedAsync(app, "/users/1");
    }

    [Fact]
    public async Task GuardConvention_ThatWrapsTheRequestDelegate_RunsOnAHit()
    {
        await using var app = await StartAsync(web => ((IEndpointConventionBuilder)web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>()).Finally(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                if (!http.Request.Headers.ContainsKey("X-Key"))
                {
                    http.Response.StatusCode = 403;
                    return Task.CompletedTask;
                }

                return inner(http);
            };
        }));

        await AssertGuardedAsync(app, "/users/1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OuterFilter_ThatMasksTheValue_StillSeesIt(bool isCached)
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").AddEndpointFilter(async (context, next) => await next(context) is User user ? (object?)(user with { Name = "***" }) : (object?)TypedResults.StatusCode(500));
            var route = group.MapGet("/users/{userId:int}", Next);
            if (isCached)
            {
                route.CacheWith<UserNode>();
            }
        });

        Assert.Equal("""{"id":1,"name":"***"}""", await ReadAsync(app, "/users/1"));
        Assert.Equal("""{"id":1,"name":"***"}""", await ReadAsync(app, "/users/1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OuterFilter_ThatLooksForOk_StillSeesIt(bool isCached)
    {
        await using var app = await StartAsync(web =>
        {
            var group = web.MapGroup("").AddEndpointFilter(async (context, next) => await next(context) is IValueHttpResult<User> { Value: { } user } ? (object?)TypedResults.Ok(user with { Name = "***" }) : (object?)TypedResults.StatusCode(500));
            var route = group.MapGet("/users/{userId:int}", (int userId) => TypedResults.Ok(Next(userId)));
            if (isCached)
            {
                route.CacheWith<UserNode>();
            }
        });

        Assert.Equal("""{"id":1,"name":"***"}""", await ReadAsync(app, "/users/1"));
        Assert.Equal("""{"id":1,"name":"***"}""", await ReadAsync(app, "/users/1"));
    }

    [Fact]
    public async Task OuterFilter_ThatMasksByReturningWhatItDoesNotKnow_LeaksNothing()
    {
        // A tolerant mask: what is not the value it passes on.
        await using var app = await StartAsync(web => web.MapGroup("")
            .AddEndpointFilter(async (context, next) => await next(context) is var result && result is User user ? (object?)(user with { Name = "***" }) : result)
            .MapGet("/users/{userId:int}", (int userId) => new User(userId, "secret")).CacheWith<UserNode>());

        Assert.DoesNotContain("secret", await ReadAsync(app, "/users/1"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", await ReadAsync(app, "/users/1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_OfAnIgnoredParameter_HoldsOnAHit()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/u/{userId:int}", (int userId, [Range(1, 10)] int size) => Next(userId)).CacheWith<UserNode>(options => options.Ignore("size")),
            AddValidation);

        var statuses = new List<HttpStatusCode>();
        foreach (var size in (int[])[100, 1, 100])
        {
            using var answer = await app.Client.GetAsync($"/u/1?size={size}", Token);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.BadRequest], statuses);
    }

    [Fact]
    public async Task AddValidation_WhereNothingIsValidated_LeavesTheHitEarly()
    {
        if (!IsEarly)
        {
            return;
        }

        var scoped = new Counter();
        await using var app = await StartAsync(
            web => web.MapGet("/u/{userId:int}", (int userId, Scoped service) => Next(userId)).CacheWith<UserNode>(),
            services =>
            {
                AddValidation(services);
                services.AddScoped(_ => new Scoped(scoped));
            });

        for (var i = 0; i < 3; i++)
        {
            await ReadAsync(app, "/u/1");
        }

        Assert.Equal((1, 1), (_runs.Count, scoped.Count));
    }

    private static ValueTask<object?> Guard(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers.ContainsKey("X-Key") ? next(context) : ValueTask.FromResult<object?>(TypedResults.StatusCode(403));

    private static async Task AssertGuardedAsync(TestApp app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Key", "x");
        using var allowed = await app.Client.SendAsync(request, Token);
        using var refused = await app.Client.GetAsync(path, Token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (allowed.StatusCode, refused.StatusCode));
    }

    private static async Task<string> ReadAsync(TestApp app, string path)
    {
        using var answer = await app.Client.GetAsync(path, Token);
        return $"{(answer.IsSuccessStatusCode ? "" : (int)answer.StatusCode)}{await answer.Content.ReadAsStringAsync(Token)}";
    }

    // In one place: the framework's generator fails on two calls.
    private static void AddValidation(IServiceCollection services) => services.AddValidation();

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    private sealed class Scoped
    {
        public Scoped(Counter counter) => counter.Next();
    }
}
