using System.Collections.Concurrent;
using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Cacheme.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Endpoints;

/// <summary>The load runs on the request of the caller who came first: what happens when that caller goes.</summary>
public class LeaderLeavesTests : EndpointTests
{
    private readonly Gate _gate = new();
    private readonly WatchedNodeCache<UserNode, User> _cache = new();
    private readonly ConcurrentQueue<string> _events = [];
    private readonly TaskCompletionSource _leaderAborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leaderEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LeaderLeaves_OthersWait_TheyAreServedByItsHandler()
    {
        await using var app = await StartUsersAsync();
        using var leaves = new CancellationTokenSource();
        var leader = LeadAsync(app, leaves.Token);
        await _gate.Entered;
        var others = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/users/1", Token)).ToList();
        await _cache.BegunAsync(6);

        await leaves.CancelAsync();
        await _leaderAborted.Task.WaitAsync(Gate.Patience, Token);
        _gate.Open();
        var answers = await Task.WhenAll(others);
        await _leaderEnded.Task.WaitAsync(Gate.Patience, Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.All(answers, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, _gate.Entries);
        Assert.Equal(["handler ended", "leader's request ended"], _events);
    }

    [Fact]
    public async Task LeaderLeaves_NobodyElseWaits_TheHandlerIsCancelled()
    {
        await using var app = await StartUsersAsync();
        using var leaves = new CancellationTokenSource();
        var leader = LeadAsync(app, leaves.Token);
        await _gate.Entered;

        await leaves.CancelAsync();
        await _leaderEnded.Task.WaitAsync(Gate.Patience, Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.Equal(["handler cancelled", "leader's request ended"], _events);
    }

    [Fact]
    public async Task JoinerLeaves_LeaderStays_TheLeaderIsServed()
    {
        await using var app = await StartUsersAsync();
        var leader = app.Client.GetAsync("/users/1", Token);
        await _gate.Entered;
        using var leaves = new CancellationTokenSource();
        var joiner = LeadAsync(app, leaves.Token);
        await _cache.BegunAsync(2);

        await leaves.CancelAsync();
        await _leaderEnded.Task.WaitAsync(Gate.Patience, Token);
        _gate.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joiner);
        Assert.Equal(HttpStatusCode.OK, (await leader).StatusCode);
    }

    [Fact]
    public async Task LeaderLeaves_BeforeItsHandlerBegan_OthersRunTheirOwn()
    {
        var storage = new GatedStorage();
        var cache = new WatchedNodeCache<RemoteUserNode, User>();
        await using var app = await StartUsersAsync(cache, cacheme => cacheme
            .AddStorage("remote", _ => storage)
            .AddNode<RemoteUserNode>(policy => policy.Cache("remote")));
        using var leaves = new CancellationTokenSource();
        var leader = LeadAsync(app, leaves.Token);
        await storage.Read.Entered;
        var other = app.Client.GetAsync("/users/1", Token);
        await cache.BegunAsync(2);

        await leaves.CancelAsync();
        await _leaderEnded.Task.WaitAsync(Gate.Patience, Token);
        storage.Read.Open();
        _gate.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.Equal(HttpStatusCode.OK, (await other).StatusCode);
        Assert.Equal(["leader's request ended", "handler ended"], _events);
    }

    private Task<TestApp> StartUsersAsync() => StartUsersAsync(_cache, _ => { });

    private Task<TestApp> StartUsersAsync<TNode>(WatchedNodeCache<TNode, User> cache, Action<CachemeBuilder> configure)
        where TNode : Node<User> => TestApp.StartAsync(
        web =>
        {
            web.Use(WatchAsync);
            if (IsEarly)
            {
                web.UseCacheme();
            }

            web.MapGet("/users/{userId:int}", HandleAsync).CacheWith<TNode>();
        },
        services => services.AddCacheme(configure).Watch(cache),
        IsHttp2);

    private static Task<HttpResponseMessage> LeadAsync(TestApp app, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.Add("X-Watched", "yes");
        return app.Client.SendAsync(request, cancellationToken);
    }

    private async Task<User> HandleAsync(int userId, CancellationToken cancellationToken)
    {
        try
        {
            await _gate.PassAsync(cancellationToken);
            _events.Enqueue("handler ended");
            return new User(userId, "Ada");
        }
        catch (OperationCanceledException)
        {
            _events.Enqueue("handler cancelled");
            throw;
        }
    }

    private async Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Headers.ContainsKey("X-Watched"))
        {
            await next(http);
            return;
        }

        await using var registration = http.RequestAborted.Register(_leaderAborted.SetResult);
        try
        {
            await next(http);
        }
        finally
        {
            _events.Enqueue("leader's request ended");
            _leaderEnded.SetResult();
        }
    }
}
