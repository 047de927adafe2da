using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Middleware;

/// <summary>The framework's rate limiting beside the middleware: who stands first decides whether hits count.</summary>
public sealed class RateLimitTests
{
    private const int Limit = 3;

    private readonly Counter _runs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RateLimiterBeforeIt_CountsHitsToo()
    {
        await using var app = await StartAsync(static web => web.UseRateLimiter().UseCacheme());

        var answers = await AskAsync(app, Limit + 1);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
        Assert.Equal(1, _runs.Count);
    }

    [Fact]
    public async Task RateLimiterAfterIt_CountsWhatRunsTheHandlerOnly()
    {
        await using var app = await StartAsync(static web => web.UseCacheme().UseRateLimiter());

        var hits = await AskAsync(app, 5 * Limit);
        var misses = await AskAsync(app, Limit, from: 2);

        Assert.All(hits, static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], misses);
    }

    // The first page again and again, or as many pages as are asked for.
    private static async Task<List<HttpStatusCode>> AskAsync(TestApp app, int times, int from = 0)
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++)
        {
            using var answer = await app.Client.GetAsync(from == 0 ? "/users/1" : $"/users/{from + i}", Token);
            answers.Add(answer.StatusCode);
        }

        return answers;
    }

    private Task<TestApp> StartAsync(Action<WebApplication> use) => TestApp.StartAsync(
        web =>
        {
            use(web);
            web.MapGet("/users/{userId:int}", (int userId) => new User(userId, $"run {_runs.Next()}")).CacheWith<UserNode>().RequireRateLimiting("few");
        },
        static services => services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddFixedWindowLimiter("few", window => (window.PermitLimit, window.Window) = (Limit, TimeSpan.FromDays(1)));
        }));
}
