using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

public sealed class RefreshTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_WhileItRuns_OthersAreServedTheOldValueWithoutAHole()
    {
        Source.Load = (_, _) => Task.FromResult("old");
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "new";
        };
        var refreshes = new[] { Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask(), Cacheme.RefreshAsync(new RemoteOnlyNode(1), Ct).AsTask() };

        Assert.Equal("old", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal("old", (await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct)).Text);
        gate.Open();

        Assert.All(await Task.WhenAll(refreshes), item => Assert.Equal("new", item.Text));
        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal("new", (await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct)).Text);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(4, Source.Loads);
    }

    [Fact]
    public async Task Refresh_Fails_TheOldValueStays()
    {
        Source.Load = (_, _) => Task.FromResult("old");
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        Source.Load = (_, _) => throw new InvalidDataException("no");

        await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask());

        Assert.Equal("old", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Single(Remote.Keys);
    }

    [Fact]
    public async Task Refresh_WhileALoadIsUnderWay_StartsItsOwnAndIsNotOverwrittenByTheOlderOne()
    {
        var loads = HoldTwoLoads();
        var get = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await loads[0].Reached;
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await loads[1].Reached;

        loads[1].Open();
        Assert.Equal("load 1", (await refresh).Text);
        loads[0].Open();
        Assert.Equal("load 0", (await get).Text);

        Assert.Equal("load 1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Refresh_Two_TheLaterStartedWinsWhicheverEndsFirst()
    {
        var loads = HoldTwoLoads();
        var first = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await loads[0].Reached;
        var second = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await loads[1].Reached;

        loads[1].Open();
        await second;
        loads[0].Open();
        await first;

        Assert.Equal("load 1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Get_NothingCachedWhileARefreshRuns_TakesItsLoadInsteadOfASecond()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "refreshed";
        };
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;
        var gets = Enumerable.Range(0, 3).Select(_ => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask()).ToList();
        gate.Open();

        Assert.Equal("refreshed", (await refresh).Text);
        Assert.All(await Task.WhenAll(gets), item => Assert.Equal("refreshed", item.Text));
        Assert.Equal(1, Source.Loads);
        Assert.Equal((3, 3), (Cacheme.Stats<ItemNode>().MissCount, Cacheme.Stats<ItemNode>().CollapsedCount));
    }

    [Fact]
    public async Task Get_ReadTheOldValueBeforeARefreshStoredItsOwn_DoesNotPutItBack()
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item("old"), Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        var load = new Gate();
        Source.Load = async (_, token) =>
        {
            await load.PassAsync(token);
            return "new";
        };
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        var read = new Gate();
        Remote.AfterGet = () => read.PassAsync(Ct);
        var get = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await read.Reached;

        load.Open();
        await refresh;
        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        read.Open();
        Assert.Equal("old", (await get).Text);

        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Refresh_InvalidatedMeanwhile_IsNotStored()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;
        await Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        gate.Open();
        await refresh;

        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
    }

    [Fact]
    public async Task Refresh_CallerLeaves_TheLoadIsStopped()
    {
        var gate = new Gate();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Source.Load = async (_, token) =>
        {
            try
            {
                await gate.PassAsync(token);
            }
            finally
            {
                stopped.SetResult();
            }

            return "";
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), leave.Token).AsTask();
        await gate.Reached;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refresh);
        await stopped.Task.WaitAsync(Patience.Limit, Ct);
    }

    // Each load stands before a gate of its own, in the order in which they start, and brings its number.
    private Gate[] HoldTwoLoads()
    {
        var loads = new[] { new Gate(), new Gate() };
        var count = -1;
        Source.Load = async (_, token) =>
        {
            var mine = Interlocked.Increment(ref count);
            await loads[mine].PassAsync(token);
            return $"load {mine}";
        };
        return loads;
    }
}
