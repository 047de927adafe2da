using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

/// <summary>What the keys of one batch may not do to each other.</summary>
public sealed class BatchLoadTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAll_BatchFailsWhileAnotherKeyTakesARefresh_ThatKeyIsUnharmedAndEveryFlightEndsOnce()
    {
        var refreshing = new Gate();
        Source.Load = async (_, token) =>
        {
            await refreshing.PassAsync(token);
            return "fresh";
        };
        var loading = new Gate();
        Source.LoadMany = async (_, token) =>
        {
            await loading.PassAsync(token);
            throw new IOException("down");
        };
        var refresh = Cacheme.RefreshAsync(new BatchNode(1), Ct).AsTask();
        await refreshing.Reached;

        var all = Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2)], Ct).AsTask();
        await loading.Reached;
        var joined = Cacheme.GetAsync(new BatchNode(1), Ct).AsTask();
        loading.Open();
        while (Cacheme.Stats<BatchNode>().LoadFailureCount == 0)
        {
            await Task.Yield(); // The batch fails before the refresh goes on.
        }

        refreshing.Open();

        await Assert.ThrowsAsync<IOException>(() => all);
        Assert.Equal("fresh", (await joined).Text);
        await refresh;
        await Idle.ReachAsync<BatchNode>(Fixture);
    }

    [Fact]
    public async Task GetAll_OneKeyIsRemoteAndTheCallerLeaves_TheLoadOfTheOtherIsStopped()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new Gate();
        await Cacheme.SetAsync(new BatchNode(1), new Item("remote"), Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Source.LoadMany = async (_, token) =>
        {
            token.Register(stopped.SetResult);
            await gate.PassAsync(token);
            return [];
        };
        using var caller = new CancellationTokenSource();

        var all = Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2)], caller.Token).AsTask();
        await gate.Reached;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        await stopped.Task.WaitAsync(Patience.Limit, Ct);
    }

    [Fact]
    public async Task GetAll_BatchLoadGivesNull_EveryKeyIsLeftOut()
    {

        await Assert.ThrowsAsync<KeyNotFoundException>(() => Fixture.Cacheme.GetAllAsync([new NullBatchNode(1)], Ct).AsTask());
    }

    [Fact]
    public async Task GetAll_TokenCancelledBeforehand_CountsEachKeyAsCancelled()
    {
        await Cacheme.GetAsync(new BatchNode(1), Ct);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cacheme.GetAllAsync(
            [new BatchNode(1), new BatchNode(2), new BatchNode(3)], new CancellationToken(true)).AsTask());

        Assert.Equal(2, Cacheme.Stats<BatchNode>().CancelledCount);
    }

    protected override void Configure(global::Cacheme.DependencyInjection.CachemeBuilder cacheme) => cacheme.AddNode<NullBatchNode>();
}
