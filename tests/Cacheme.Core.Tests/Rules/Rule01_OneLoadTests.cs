using System.Diagnostics;
using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 1: one load, however many callers; value or exception reaches all who joined, and no caller hangs.</summary>
public sealed class Rule01_OneLoadTests : RuleTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Twice_LoadsOnce()
    {
        Assert.Equal("7#1", (await Cacheme.GetAsync(new ItemNode(7), Ct)).Text);
        Assert.Equal("7#1", (await Cacheme.GetAsync(new ItemNode(7), Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Get_ThousandCallersWhileTheLoadIsHeld_OneLoadAndOneValue()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "the one";
        };

        // A call has joined when it returns: what runs before its first wait runs at once.
        var calls = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => new[] { Cacheme.GetAsync(new ItemNode(1), Ct).AsTask() }, Ct)));
        gate.Open();

        var values = await Task.WhenAll(calls.Select(call => call[0])).WaitAsync(Patience.Limit, Ct);
        Assert.All(values, value => Assert.Same(values[0], value));
        Assert.Equal(1, Source.Loads);
        var stats = Cacheme.Stats<ItemNode>();
        Assert.Equal((1000, 1000, 999, 1), (stats.RequestCount, stats.MissCount, stats.CollapsedCount, stats.LoadCount));
    }

    [Fact]
    public async Task Get_ThousandCallersOfAFailingLoad_ThousandExceptionsAndTheNextCallLoadsAgain()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            throw new InvalidDataException("the source is broken");
        };
        var calls = Enumerable.Range(0, 1000).Select(_ => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask()).ToList();
        gate.Open();

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => call.WaitAsync(Patience.Limit, Ct));
            Assert.Equal("the source is broken", error.Message);
        }

        Assert.Equal(1, Source.Loads);
        Assert.Empty(Remote.Keys);
        Source.Load = (_, _) => Task.FromResult("mended");
        Assert.Equal("mended", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        var stats = Cacheme.Stats<ItemNode>();
        Assert.Equal((1001, 1001, 1, 1), (stats.RequestCount, stats.MissCount, stats.LoadFailureCount, stats.LoadSuccessCount));
    }

    [Fact]
    public async Task Get_LoadThatThrowsAtOnce_IsAnExceptionForItsCaller()
    {
        Source.Load = (_, _) => throw new InvalidDataException("at once");

        await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask());
    }

    [Fact]
    public async Task Get_FirstCallerCancelled_TheOthersAreServedByTheSameLoad()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "for those who stayed";
        };
        using var first = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var leader = Cacheme.GetAsync(new ItemNode(1), first.Token).AsTask();
        var others = Enumerable.Range(0, 10).Select(_ => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask()).ToList();

        await first.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader.WaitAsync(Patience.Limit, Ct));
        Assert.Equal(first.Token, cancelled.CancellationToken);
        gate.Open();

        Assert.All(await Task.WhenAll(others).WaitAsync(Patience.Limit, Ct), value => Assert.Equal("for those who stayed", value.Text));
        Assert.Equal(1, Source.Loads);
        var stats = Cacheme.Stats<ItemNode>();
        Assert.Equal((10, 1), (stats.RequestCount, stats.CancelledCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_OneKeepsItsThreadWhenItHasItsAnswer_TheOtherHasItsOwn(bool leaderBlocks)
    {
        var gate = new Gate();
        using var otherIsServed = new ManualResetEventSlim();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "the one";
        };
        var leader = Cacheme.GetAsync(new ItemNode(1), Ct);
        var joiner = Cacheme.GetAsync(new ItemNode(1), Ct);
        var blocked = BlockAfterAsync(leaderBlocks ? leader : joiner);
        var other = (leaderBlocks ? joiner : leader).AsTask();
        gate.Open();

        await other.WaitAsync(Patience.Limit, Ct);
        otherIsServed.Set();

        Assert.True(await blocked.WaitAsync(Patience.Limit, Ct));

        async Task<bool> BlockAfterAsync(ValueTask<Item> call)
        {
            await call.ConfigureAwait(false);
            return otherIsServed.Wait(Patience.Limit, Ct);
        }
    }

    [Fact]
    public async Task Get_LeaderWithoutATokenAndAJoinerWhoLeaves_TheLoadGoesOn()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "the one";
        };
        using var joiner = new CancellationTokenSource();
        var leader = Cacheme.GetAsync(new ItemNode(1), CancellationToken.None).AsTask();
        var joined = Cacheme.GetAsync(new ItemNode(1), joiner.Token).AsTask();

        await joiner.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joined);
        gate.Open();

        Assert.Equal("the one", (await leader.WaitAsync(Patience.Limit, Ct)).Text);
    }

    [Fact]
    public async Task Get_EverybodyCancelled_TheLoadIsStoppedAndTheNextCallLoadsAnew()
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

            return "never";
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var calls = Enumerable.Range(0, 3).Select(_ => Cacheme.GetAsync(new ItemNode(1), leave.Token).AsTask()).ToList();
        await gate.Reached;

        await leave.CancelAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Patience.Limit, Ct));
        }

        await stopped.Task.WaitAsync(Patience.Limit, Ct);
        Source.Load = (_, _) => Task.FromResult("anew");
        Assert.Equal("anew", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task Get_TokenCancelledBeforehand_DoesNotLoad()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cacheme.GetAsync(new ItemNode(1), new CancellationToken(canceled: true)).AsTask());

        Assert.Equal(0, Source.Loads);
    }

    [Fact]
    public async Task Get_LoadThatAsksForItsOwnKey_FailsWithTheChain()
    {
        Source.Load = async (id, token) => (await Cacheme.GetAsync(new ItemNode(id), token)).Text;

        var error = await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct));

        Assert.Contains("ItemNode -> ItemNode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_LoadsThatAskInACircle_FailWithTheChain()
    {
        // An item asks for its remote-only twin, which asks for the item.
        Source.Load = async (id, token) => id == 1
            ? (await Cacheme.GetAsync(new RemoteOnlyNode(2), token)).Text
            : (await Cacheme.GetAsync(new ItemNode(1), token)).Text;

        var error = await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct));

        Assert.Contains("ItemNode -> RemoteOnlyNode -> ItemNode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_TwoCallersWhoseLoadsWaitForEachOther_OneIsRefusedAndNobodyHangs()
    {
        var both = new[] { new Gate(), new Gate() };
        Source.Load = async (id, token) =>
        {
            await both[id].PassAsync(token);
            var other = await Cacheme.GetAsync(new ItemNode(1 - id), token);
            return $"{id} with {other.Text}";
        };
        var calls = new[] { Cacheme.GetAsync(new ItemNode(0), Ct).AsTask(), Cacheme.GetAsync(new ItemNode(1), Ct).AsTask() };
        both[0].Open();
        both[1].Open();

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<LoadCycleException>(() => call.WaitAsync(Patience.Limit, Ct));
        }
    }

    [Fact]
    public async Task Refresh_InsideItsOwnLoad_IsRefused()
    {
        Source.Load = async (id, token) => (await Cacheme.RefreshAsync(new ItemNode(id), token)).Text;

        await Assert.ThrowsAsync<LoadCycleException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask().WaitAsync(Patience.Limit, Ct));
    }

    [Fact]
    public async Task Get_LoadThatAsksForOthersAtOnce_IsNoCircle()
    {
        Source.Load = async (id, token) => id > 0
            ? $"{id}"
            : string.Join("+", (await Task.WhenAll(
                Cacheme.GetAsync(new ItemNode(1), token).AsTask(),
                Cacheme.GetAsync(new ItemNode(1), token).AsTask(),
                Cacheme.GetAsync(new ItemNode(2), token).AsTask())).Select(item => item.Text));

        Assert.Equal("1+1+2", (await Cacheme.GetAsync(new ItemNode(0), Ct)).Text);
    }

    [Fact]
    public async Task Get_WithATokenThatCanCancel_TheLoadSeesTheCallersContext()
    {
        using var caller = new Activity("caller").Start();
        Ambient.Value = "of the caller";
        var seen = default((string? Ambient, string? Root));
        Source.Load = (_, _) =>
        {
            seen = (Ambient.Value, Activity.Current?.RootId);
            return Task.FromResult("");
        };
        using var canCancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        await Cacheme.GetAsync(new ItemNode(1), canCancel.Token);

        Assert.Equal(("of the caller", caller.RootId), seen);
    }

    [Fact]
    public async Task Get_WhileTheOnlyTierIsBeingWritten_JoinsInsteadOfLoadingAgain()
    {
        var write = new Gate();
        Remote.Before = (operation, token) => operation == "set" ? write.PassAsync(token) : Task.CompletedTask;

        var first = await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        await write.Reached;
        var second = await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        write.Open();

        Assert.Same(first, second);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Get_CallersOfOneKey_ShareOneReadOfTheRemoteStorage()
    {
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("stored"), Ct);
        var read = new Gate();
        Remote.Before = (operation, token) => operation == "get" ? read.PassAsync(token) : Task.CompletedTask;
        var calls = Enumerable.Range(0, 100).Select(_ => Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask()).ToList();
        read.Open();

        Assert.All(await Task.WhenAll(calls).WaitAsync(Patience.Limit, Ct), item => Assert.Equal("stored", item.Text));
        Assert.Equal((1, 0), (Remote.CallsOf("get"), Source.Loads));
        Assert.Equal((100, 99), (Cacheme.Stats<RemoteOnlyNode>().HitsByStorage["remote"], Cacheme.Stats<RemoteOnlyNode>().CollapsedCount));
    }
}
