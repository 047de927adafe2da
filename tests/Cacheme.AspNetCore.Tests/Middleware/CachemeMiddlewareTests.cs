using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Cacheme.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Middleware;

/// <summary>What the middleware answers by itself, and where it steps aside.</summary>
public sealed class CachemeMiddlewareTests
{
    private readonly Counter _runs = new();
    private readonly Counter _scoped = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hit_BindsNothingAndMakesNoScopedService()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", (int userId, Scoped scoped) => Next(userId)).CacheWith<UserNode>());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"id":1,"name":"run 1"}""", await app.Client.GetStringAsync("/users/1", Token));
        }

        Assert.Equal((1, 1), (_runs.Count, _scoped.Count));
        Assert.Equal(3, app.Services.GetRequiredService<ICacheme>().Stats<UserNode>().RequestCount);
    }

    [Fact]
    public async Task HitOfARemoteTier_BindsNothingEither()
    {
        var storage = new FakeStorage(TimeProvider.System);
        await using var app = await StartAsync(
            web => web.MapGet("/users/{userId:int}", (int userId, Scoped scoped) => Next(userId)).CacheWith<RemoteUserNode>(),
            services => services.AddCacheme(cacheme => cacheme.AddStorage("remote", _ => storage).AddNode<RemoteUserNode>(policy => policy.Cache("remote"))));
        await app.Services.GetRequiredService<ICacheme>().SetAsync(new RemoteUserNode(1), new User(1, "stored"), Token);

        Assert.Equal("""{"id":1,"name":"stored"}""", await app.Client.GetStringAsync("/users/1", Token));
        Assert.Equal((0, 0), (_runs.Count, _scoped.Count));
    }

    [Fact]
    public async Task Miss_AsksTheCacheOnce()
    {
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>());

        await app.Client.GetStringAsync("/users/1", Token);

        var stats = app.Services.GetRequiredService<ICacheme>().Stats<UserNode>();
        Assert.Equal((1, 1, 1), (stats.RequestCount, stats.MissCount, stats.LoadSuccessCount));
    }

    [Fact]
    public async Task Endpoint_WithAFilterOfItsOwn_IsLeftToItsFilters()
    {
        var guarded = new Counter();
        await using var app = await StartAsync(web => web.MapGet("/users/{userId:int}", Next)
            .AddEndpointFilter((context, next) => guarded.Next() > 2 ? ValueTask.FromResult<object?>(TypedResults.StatusCode(403)) : next(context))
            .CacheWith<UserNode>());

        await app.Client.GetStringAsync("/users/1", Token);
        await app.Client.GetStringAsync("/users/1", Token);
        using var refused = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal((HttpStatusCode.Forbidden, 1), (refused.StatusCode, _runs.Count));
    }

    [Fact]
    public async Task Endpoint_WhoseCorsHasNotRun_IsLeftToRouting()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>().RequireCors(policy => policy.WithOrigins("https://example.org")),
            services => services.AddCors());

        using var answer = await app.Client.GetAsync("/users/1", Token);

        Assert.Equal((HttpStatusCode.InternalServerError, 0), (answer.StatusCode, _runs.Count)); // as without a cache: UseCors is missing
    }

    [Fact]
    public async Task Authorization_ThatComesAfterIt_IsNotPassedBy()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseAuthorization();
                web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>(options => options.Shared()).RequireAuthorization(policy => policy.RequireAssertion(_ => _runs.Next() < 4));
            },
            services => services.AddAuthorization().AddAuthentication());

        // The assertion counts too: it runs for each request, until it refuses.
        await app.Client.GetStringAsync("/users/1", Token);
        await app.Client.GetStringAsync("/users/1", Token);
        var refusal = await Record.ExceptionAsync(() => app.Client.GetStringAsync("/users/1", Token));

        Assert.NotNull(refusal);
    }

    [Fact]
    public async Task HandlerThatThrows_IsTheApplicationsExceptionForAllWhoWait()
    {
        var gate = new Tests.Testing.Gate();
        var cache = new WatchedNodeCache<UserNode, User>();
        var seen = new Counter();
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.Use(async (http, next) =>
                {
                    try
                    {
                        await next(http);
                    }
                    catch (InvalidDataException)
                    {
                        seen.Next();
                        http.Response.StatusCode = 503;
                    }
                });
                web.UseCacheme();
                web.MapGet("/users/{userId:int}", async Task<User> (int userId) =>
                {
                    await gate.PassAsync(CancellationToken.None);
                    throw new InvalidDataException("broken");
                }).CacheWith<UserNode>();
            },
            services => services.Watch(cache));
        var requests = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/users/1", Token)).ToList();
        await cache.BegunAsync(5);

        gate.Open();
        var answers = await Task.WhenAll(requests);

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.Equal((1, 5), (gate.Entries, seen.Count));
    }

    [Fact]
    public async Task MiddlewareThatAnswersBeforeTheEndpoint_AnswersOnlyItsOwnRequest()
    {
        var gate = new Tests.Testing.Gate();
        var cache = new WatchedNodeCache<UserNode, User>();
        await using var app = await StartAsync(
            web =>
            {
                web.Use(async (http, next) =>
                {
                    if (http.Request.Headers.ContainsKey("X-Stop"))
                    {
                        await gate.PassAsync(CancellationToken.None);
                        http.Response.StatusCode = 418;
                        return;
                    }

                    await next(http);
                });
                web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>();
            },
            services => services.Watch(cache));
        using var stopped = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        stopped.Headers.Add("X-Stop", "yes");
        var first = app.Client.SendAsync(stopped, Token);
        await gate.Entered;
        var second = app.Client.GetStringAsync("/users/1", Token);
        await cache.BegunAsync(2);

        gate.Open();

        Assert.Equal(418, (int)(await first).StatusCode);
        Assert.Equal("""{"id":1,"name":"run 1"}""", await second);
    }

    [Fact]
    public async Task StatusCodePagesWithReExecute_BeforeIt_HasItsPageForACachedNotFound()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseStatusCodePagesWithReExecute("/error/{0}");
            web.UseRouting();
            web.UseCacheme();
            web.MapGet("/error/{status:int}", (int status) => $"page of {status}");
            web.MapGet("/users/{userId:int}", Results<Ok<User>, NotFound> (int userId) => _runs.Next() > 0 ? TypedResults.NotFound() : TypedResults.Ok(Next(userId))).CacheWith<MaybeUserNode>();
        });

        for (var i = 0; i < 2; i++)
        {
            using var answer = await app.Client.GetAsync("/users/1", Token);
            Assert.Equal((HttpStatusCode.NotFound, "page of 404"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token)));
        }

        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task UseCacheme_Twice_IsNoHarm()
    {
        await using var app = await StartAsync(web =>
        {
            web.UseCacheme();
            web.MapGet("/users/{userId:int}", Next).CacheWith<UserNode>();
        });

        Assert.Equal(await app.Client.GetStringAsync("/users/1", Token), await app.Client.GetStringAsync("/users/1", Token));
    }

    [Fact]
    public void UseCacheme_WithoutAddCacheme_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        using var app = builder.Build();

        var refusal = Assert.Throws<CachemeSetupException>(() => app.UseCacheme());

        Assert.Contains("AddCacheme", refusal.Message, StringComparison.Ordinal);
    }

    private Task<TestApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? configure = null) => TestApp.StartAsync(
        web =>
        {
            web.UseCacheme();
            map(web);
        },
        services =>
        {
            services.AddScoped(_ => new Scoped(_scoped.Next()));
            configure?.Invoke(services);
        });

    private User Next(int userId) => new(userId, $"run {_runs.Next()}");

    private sealed record Scoped(int Number);
}
