using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Tests.Endpoints;

public class SingleFlightTests : EndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CacheWith_HundredRequestsAtOnce_RunTheHandlerOnce()
    {
        var gate = new Gate();
        var cache = new WatchedNodeCache<UserNode, User>();
        await using var app = await StartAsync(
            web => web.MapGet("/users/{userId:int}", async (int userId, CancellationToken cancellationToken) =>
            {
                await gate.PassAsync(cancellationToken);
                return new User(userId, "Ada");
            }).CacheWith<UserNode>(),
            services => services.Watch(cache));

        var requests = Enumerable.Range(0, 100).Select(_ => app.Client.GetStringAsync("/users/1", Token)).ToList();
        await cache.BegunAsync(100);
        gate.Open();
        var answers = await Task.WhenAll(requests);

        Assert.Equal("""{"id":1,"name":"Ada"}""", Assert.Single(answers.Distinct()));
        Assert.Equal(1, gate.Entries);
    }

    [Fact]
    public async Task CacheWith_OtherValues_RunTheHandlerForEach()
    {
        var runs = new Counter();
        await using var app = await StartAsync(web =>
            web.MapGet("/users/{userId:int}", (int userId) => new User(userId, $"run {runs.Next()}")).CacheWith<UserNode>());

        Assert.Equal("""{"id":1,"name":"run 1"}""", await app.Client.GetStringAsync("/users/1", Token));
        Assert.Equal("""{"id":2,"name":"run 2"}""", await app.Client.GetStringAsync("/users/2", Token));
        Assert.Equal("""{"id":1,"name":"run 1"}""", await app.Client.GetStringAsync("/users/1", Token));
    }

    [Fact]
    public async Task CacheWith_HandlerFails_FailsAllWhoJoinedAndRunsAgainForTheNext()
    {
        var gate = new Gate();
        var cache = new WatchedNodeCache<UserNode, User>();
        await using var app = await StartAsync(
            web => web.MapGet("/users/{userId:int}", async Task<User> (int userId, CancellationToken cancellationToken) =>
            {
                await gate.PassAsync(cancellationToken);
                return gate.Entries == 1 ? throw new InvalidOperationException("The database is down.") : new User(userId, "Ada");
            }).CacheWith<UserNode>(),
            services => services.Watch(cache));

        var requests = Enumerable.Range(0, 10).Select(_ => app.Client.GetAsync("/users/1", Token)).ToList();
        await cache.BegunAsync(10);
        gate.Open();
        var failed = await Task.WhenAll(requests);
        var next = await app.Client.GetAsync("/users/1", Token);

        Assert.All(failed, response => Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, gate.Entries);
    }

    [Fact]
    public async Task CacheWith_LeaderHas404_EachOtherRunsItsOwnHandler()
    {
        var gate = new Gate();
        var cache = new WatchedNodeCache<UserNode, User>();
        await using var app = await StartAsync(
            web => web.MapGet("/users/{userId:int}", async Task<IResult> (int userId, CancellationToken cancellationToken) =>
            {
                await gate.PassAsync(cancellationToken);
                return TypedResults.NotFound(userId);
            }).CacheWith<UserNode>(),
            services => services.Watch(cache));

        var requests = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/users/1", Token)).ToList();
        await cache.BegunAsync(5);
        gate.Open();
        var answers = await Task.WhenAll(requests);

        Assert.All(answers, response => Assert.Equal(HttpStatusCode.NotFound, response.StatusCode));
        Assert.Equal(5, gate.Entries);
    }
}
