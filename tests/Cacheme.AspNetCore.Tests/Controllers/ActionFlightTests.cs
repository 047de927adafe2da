using System.Net;
using Cacheme.AspNetCore.Tests.Nodes;
using Cacheme.AspNetCore.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.Controllers;

/// <summary>Requests that come together run one action, on the request of the caller who came first.</summary>
public class ActionFlightTests : EndpointTests
{
    private readonly WatchedNodeCache<UserNode, User> _cache = new();
    private readonly TaskCompletionSource _leaderAborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HundredRequestsAtOnce_RunTheActionOnce()
    {
        await using var app = await StartAsync();
        var gate = app.Services.GetRequiredService<Gate>();

        var requests = Enumerable.Range(0, 100).Select(_ => app.Client.GetStringAsync("/gated/1", Token)).ToList();
        await _cache.BegunAsync(100);
        gate.Open();
        var answers = await Task.WhenAll(requests);

        Assert.Equal("""{"id":1,"name":"Ada"}""", Assert.Single(answers.Distinct()));
        Assert.Equal(1, gate.Entries);
    }

    [Fact]
    public async Task ActionThatFails_FailsAllWhoJoinedAndRunsAgainForTheNext()
    {
        await using var app = await StartAsync();
        var gate = app.Services.GetRequiredService<Gate>();

        var requests = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/failing/1", Token)).ToList();
        await _cache.BegunAsync(5);
        gate.Open();
        var failed = await Task.WhenAll(requests);
        var next = await app.Client.GetAsync("/failing/1", Token);

        Assert.All(failed, static answer => Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode));
        Assert.Equal((HttpStatusCode.OK, 2), (next.StatusCode, gate.Entries));
    }

    [Fact]
    public async Task LeaderWith404_EachOtherRunsItsOwnAction()
    {
        await using var app = await StartAsync();
        var gate = app.Services.GetRequiredService<Gate>();

        var requests = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/missing/1", Token)).ToList();
        await _cache.BegunAsync(5);
        gate.Open();
        var answers = await Task.WhenAll(requests);

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal(5, gate.Entries);
    }

    [Fact]
    public async Task LeaderLeaves_OthersWait_TheyAreServedByItsAction()
    {
        await using var app = await StartAsync();
        var gate = app.Services.GetRequiredService<Gate>();
        using var leaves = new CancellationTokenSource();
        var leader = LeadAsync(app, leaves.Token);
        await gate.Entered;
        var others = Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync("/gated/1", Token)).ToList();
        await _cache.BegunAsync(6);

        await leaves.CancelAsync();
        await _leaderAborted.Task.WaitAsync(Gate.Patience, Token);
        gate.Open();
        var answers = await Task.WhenAll(others);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, gate.Entries);
    }

    [Fact]
    public async Task LeaderLeaves_NobodyElseWaits_TheActionIsCancelled()
    {
        await using var app = await StartAsync();
        var gate = app.Services.GetRequiredService<Gate>();
        using var leaves = new CancellationTokenSource();
        var leader = LeadAsync(app, leaves.Token);
        await gate.Entered;

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        await app.Services.GetRequiredService<Cancellation>().Seen.Task.WaitAsync(Gate.Patience, Token);
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        web =>
        {
            web.Use(async (http, next) =>
            {
                await using var registration = http.Request.Headers.ContainsKey("X-Leader") ? http.RequestAborted.Register(_leaderAborted.SetResult) : default;
                await next(http);
            });
            if (IsEarly)
            {
                web.UseCacheme();
            }

            web.MapControllers();
        },
        services => OnlyControllers.Add(services.Watch(_cache).AddSingleton<Cancellation>(), typeof(GatedController)));

    private static Task<HttpResponseMessage> LeadAsync(TestApp app, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/gated/1");
        request.Headers.Add("X-Leader", "yes");
        return app.Client.SendAsync(request, cancellationToken);
    }

    internal sealed class Cancellation
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [ApiController]
    [CacheWith<UserNode>]
    internal sealed class GatedController(Gate gate, Cancellation cancellation) : ControllerBase
    {
        [HttpGet("/gated/{userId:int}")]
        public async Task<User> Get(int userId, CancellationToken cancellationToken)
        {
            try
            {
                await gate.PassAsync(cancellationToken);
                return new User(userId, "Ada");
            }
            catch (OperationCanceledException)
            {
                cancellation.Seen.SetResult();
                throw;
            }
        }

        [HttpGet("/failing/{userId:int}")]
        public async Task<ActionResult<User>> Fail(int userId, CancellationToken cancellationToken)
        {
            await gate.PassAsync(cancellationToken);
            return gate.Entries == 1 ? throw new InvalidOperationException("The database is down.") : new User(userId, "Ada");
        }

        [HttpGet("/missing/{userId:int}")]
        public async Task<ActionResult<User>> Miss(int userId, CancellationToken cancellationToken)
        {
            await gate.PassAsync(cancellationToken);
            return NotFound(userId);
        }
    }
}
