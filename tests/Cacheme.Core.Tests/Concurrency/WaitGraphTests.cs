using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Concurrency;

/// <summary>Loads that wait for loads.</summary>
public sealed class WaitGraphTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Each waits for the two below it: the ways from top to bottom are as many as the 50th Fibonacci number.
    [Fact]
    public async Task Get_LoadsThatShareManyOthers_AreNotWalkedWayByWay()
    {
        var bottom = new Gate();
        var nodes = Cacheme.BuildNode<int>("fibonacci", policy => policy.Cache("local"));

        var top = GetAsync(50).AsTask();
        await bottom.Reached;
        bottom.Open();

        Assert.Equal(51, await top.WaitAsync(Patience.Limit, Ct));

        ValueTask<int> GetAsync(int n) => Cacheme.GetAsync(
            nodes.Key($"{n}"),
            async (CancellationToken token) =>
            {
                if (n < 2)
                {
                    await bottom.PassAsync(token);
                    return n + 1;
                }

                var depths = await Task.WhenAll(GetAsync(n - 1).AsTask(), GetAsync(n - 2).AsTask());
                return depths.Max() + 1;
            },
            Ct);
    }

    [Fact]
    public async Task GetAll_LoadAsksThroughAnotherForAKeyOfTheBatchThatIsDone_IsNoCircle()
    {
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("parent"), Ct);
        Source.Load = async (_, token) => (await Cacheme.GetAsync(new RemoteOnlyNode(1), token)).Text + ":child";

        var items = await Cacheme.GetAllAsync([new RemoteOnlyNode(1), new RemoteOnlyNode(2)], Ct);

        Assert.Equal(["parent", "parent:child"], items.Select(item => item.Text));
    }

    [Fact]
    public async Task Get_RefusedForItsOwnKey_IsCountedAsAMiss()
    {
        Source.Load = async (id, token) => (await Cacheme.GetAsync(new ItemNode(id), token)).Text;

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask());

        Assert.Equal(2, Cacheme.Stats<ItemNode>().MissCount);
    }

    // A list that has a category and its parent, where a category's load asks for its parent.
    [Fact]
    public async Task GetAll_LoadAsksForAnotherKeyOfTheList_IsNoCircle()
    {
        Source.Load = async (id, token) => id == 1 ? "parent" : (await Cacheme.GetAsync(new ItemNode(id - 1), token)).Text + ":child";

        var items = await Cacheme.GetAllAsync([new ItemNode(3), new ItemNode(2), new ItemNode(1)], Ct);

        Assert.Equal(["parent:child:child", "parent:child", "parent"], items.Select(item => item.Text));
        Assert.Equal(3, Source.Loads);
    }

    [Fact]
    public async Task GetAll_MoreLoadsThanRunAtOnceWaitForTheLastOfTheList_IsNoHang()
    {
        Source.Load = async (id, token) => id == 99 ? "last" : (await Cacheme.GetAsync(new ItemNode(99), token)).Text;

        var items = await Cacheme.GetAllAsync(Enumerable.Range(0, 50).Append(99).Select(id => new ItemNode(id)), Ct).AsTask().WaitAsync(Patience.Limit, Ct);

        Assert.All(items, item => Assert.Equal("last", item.Text));
        Assert.Equal(51, Source.Loads);
    }

    [Fact]
    public async Task GetAll_LoadsOfOneListThatWaitForEachOther_AreRefused()
    {
        var both = new[] { new Gate(), new Gate() };
        Source.Load = async (id, token) =>
        {
            both[id].Open();
            await both[1 - id].PassAsync(token);
            return (await Cacheme.GetAsync(new ItemNode(1 - id), token)).Text;
        };

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAllAsync([new ItemNode(0), new ItemNode(1)], Ct).AsTask().WaitAsync(Patience.Limit, Ct));
    }

    // 1 waits for 2 and 3, 3 for the other caller's 9, and 9 for 1; only when 2 is done is the circle closed.
    [Fact]
    public async Task GetAll_InsideALoadThatTheSecondOfTheListWaitsFor_IsRefused()
    {
        var (joined, closed) = (new Gate(), new Gate());
        Source.Load = async (id, token) =>
        {
            switch (id)
            {
                case 1:
                    await Cacheme.GetAllAsync([new ItemNode(2), new ItemNode(3)], token);
                    return "outer";
                case 2:
                    await closed.PassAsync(token);
                    return "first";
                case 3:
                    var other = Cacheme.GetAsync(new ItemNode(9), token).AsTask();
                    joined.Open();
                    return (await other).Text;
                default:
                    await joined.PassAsync(token);
                    var outer = Cacheme.GetAsync(new ItemNode(1), token).AsTask();
                    closed.Open();
                    return (await outer).Text;
            }
        };
        var nine = Cacheme.GetAsync(new ItemNode(9), Ct).AsTask();
        await joined.Reached;

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct));
        await Assert.ThrowsAsync<LoadCycleException>(() => nine.WaitAsync(Patience.Limit, Ct));
    }

    [Fact]
    public async Task GetAll_BatchLoadThatAsksForOneOfItsOwnKeys_IsRefused()
    {
        Source.LoadMany = async (ids, token) =>
        {
            await Cacheme.GetAsync(new BatchNode(ids[^1]), token);
            return [];
        };

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAllAsync([new BatchNode(0), new BatchNode(1)], Ct).AsTask().WaitAsync(Patience.Limit, Ct));
    }

    [Fact]
    public async Task GetAll_BatchLoadThatAsksThroughAnotherForOneOfItsOwnKeys_IsRefused()
    {
        Source.LoadMany = async (ids, token) =>
        {
            await Cacheme.GetAsync(new ItemNode(7), token);
            return [];
        };
        Source.Load = async (id, token) => (await Cacheme.GetAsync(new BatchNode(1), token)).Text;

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAllAsync([new BatchNode(0), new BatchNode(1)], Ct).AsTask().WaitAsync(Patience.Limit, Ct));
    }

    [Fact]
    public async Task Get_WorkThatAnInnerLoadLeftBehindAsksForTheOuterKey_IsRefused()
    {
        // The outer load awaits what the inner one only started.
        var left = default(Task<Item>);
        Source.Load = async (id, token) =>
        {
            if (id == 2)
            {
                var started = new Gate();
                left = Task.Run(async () =>
                {
                    await started.PassAsync(token);
                    return await Cacheme.GetAsync(new ItemNode(1), token);
                });
                _ = left.ContinueWith(static task => task.Exception, TaskScheduler.Default);
                started.Open();
                return "inner";
            }

            await Cacheme.GetAsync(new ItemNode(2), token);
            return (await left!).Text;
        };

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct));
    }
}
