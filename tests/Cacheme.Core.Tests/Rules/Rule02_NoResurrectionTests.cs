using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 2: after InvalidateAsync has returned, nothing loaded or read before it is served or written back.</summary>
public sealed class Rule02_NoResurrectionTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invalidate_DuringALoad_TheOldValueIsNeverSeenAgain()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var before = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;

        await Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Source.Load = (_, _) => Task.FromResult("new");
        // Asked after the invalidation: it must not join the load from before it.
        var after = await Cacheme.GetAsync(new ItemNode(1), Ct);
        gate.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", after.Text);
        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task Invalidate_WhileTheWriteIsHeld_TheOldValueIsNotReadAndNothingIsLoadedBefore()
    {
        var write = new Gate();
        Source.Load = (_, _) => Task.FromResult("old");
        Remote.Before = (operation, token) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;

        await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        await write.Reached;
        Assert.Equal("old", (await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct)).Text);
        Assert.Equal(1, Source.Loads);

        Source.Load = (_, _) => Task.FromResult("new");
        var invalidation = Cacheme.InvalidateAsync(new RemoteOnlyNode(1), Ct).AsTask();
        var during = await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        write.Open();
        await invalidation.WaitAsync(Patience.Limit, Ct);

        Assert.Equal("new", during.Text);
        Assert.Equal("new", (await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct)).Text);
        // The removal waited behind the held write, and the new value, which also undoes the old one, overtook it.
        Assert.Equal(["set", "set"], Remote.Calls.Select(call => call.Operation).Where(operation => operation != "get"));
    }

    [Fact]
    public async Task Invalidate_WhileARemoteReadIsHeld_WhatItReadIsNotServedAfterwards()
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item("old"), Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        var read = new Gate();
        Remote.AfterGet = () => read.PassAsync(Ct);
        var before = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await read.Reached;

        Remote.AfterGet = null;
        await Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        read.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.Empty(Remote.Keys);
        Assert.Equal("1#1", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Invalidate_Many_RemovesEachFromEveryTierInOneCall()
    {
        await Cacheme.GetAllAsync([new ItemNode(1), new ItemNode(2), new ItemNode(3)], Ct);

        await Cacheme.InvalidateAsync([new ItemNode(1), new ItemNode(3), new RemoteOnlyNode(9)], Ct);

        Assert.Equal(["cacheme:item:2:v1"], Remote.Keys);
        Assert.Equal(2, Remote.CallsOf("remove"));
        await Cacheme.GetAllAsync([new ItemNode(1), new ItemNode(2), new ItemNode(3)], Ct);
        Assert.Equal(5, Source.Loads);
        Assert.Equal((2, 1), (Cacheme.Stats<ItemNode>().InvalidationCount, Cacheme.Stats<RemoteOnlyNode>().InvalidationCount));
    }

    [Fact]
    public async Task Invalidate_StorageDown_IsToldToTheCallerAndTheKeyIsNotReadUntilTheRetrySucceeds()
    {
        Source.Load = (_, _) => Task.FromResult("old");
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        Remote.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        Assert.Equal(["remote"], error.Storages);
        Assert.Contains("'remote'", error.Message, StringComparison.Ordinal);

        // The remote tier still has the old value, and would answer.
        var reads = Remote.CallsOf("get");
        Source.Load = (_, _) => throw new InvalidDataException("no value to write over the old one");
        await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask());
        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.Equal(reads, Remote.CallsOf("get"));

        Remote.Before = null;
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(Remote.Keys);
        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.Equal(reads + 1, Remote.CallsOf("get"));
    }

    [Fact]
    public async Task Invalidate_StorageDownForGood_IsForgottenWhenTheEntryHasExpired()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        Remote.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());

        Fixture.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2));
        var removals = Remote.CallsOf("remove");
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(removals, Remote.CallsOf("remove"));
        var reads = Remote.CallsOf("get");
        await Cacheme.TryGetAsync(new ItemNode(1), Ct);
        Assert.Equal(reads + 1, Remote.CallsOf("get"));
    }

    [Fact]
    public async Task Invalidate_CallerLeaves_TheRemovalGoesOn()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        var removal = new Gate();
        Remote.Before = (operation, _) => operation == "remove" ? removal.PassAsync(CancellationToken.None) : Task.CompletedTask;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var call = Cacheme.InvalidateAsync(new ItemNode(1), leave.Token).AsTask();
        await removal.Reached;

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        removal.Open();

        // Ordered behind the removal, so when it is done the removal is.
        await Cacheme.SetAsync(new ItemNode(1), new Item("next"), Ct);
        Assert.Equal("next", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(["set", "remove", "set"], Remote.Calls.Select(one => one.Operation).Where(operation => operation != "get"));
    }

    [Fact]
    public async Task Invalidate_TheStorageWouldLeaveItsWriteAtTheTimeout_WaitsForTheWriteAllTheSame()
    {
        // A driver that leaves at its token's sign, and whose server executes the write all the same.
        var write = new Gate();
        Remote.Before = (operation, token) => operation == "set" ? write.PassAsync(token) : Task.CompletedTask;
        var set = Cacheme.SetAsync(new ItemNode(1), new Item("old"), Ct).AsTask();
        await write.Reached;
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await set.WaitAsync(Patience.Limit, Ct);

        var removal = Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask();
        Assert.Equal(0, Remote.CallsOf("remove"));
        write.Open();
        await removal.WaitAsync(Patience.Limit, Ct);

        Assert.Empty(Remote.Keys);
    }

    [Fact]
    public async Task Invalidate_TheStorageRefusesOneOfManyKeys_TheOthersAreRemoved()
    {
        List<ItemNode> nodes = [.. Enumerable.Range(0, 40).Select(id => new ItemNode(id))];
        await Cacheme.GetAllAsync(nodes, Ct);
        Assert.Equal(40, Remote.Keys.Count);
        Remote.Before = (operation, _) => operation == "remove" && Remote.Calls.Last().Keys.Contains("cacheme:item:13:v1")
            ? throw new ArgumentException("It is too long.")
            : Task.CompletedTask;

        await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(nodes, Ct).AsTask());

        Assert.Equal(["cacheme:item:13:v1"], Remote.Keys);
    }

    [Fact]
    public async Task Invalidate_TheRemovalIsDoneOnlyAfterItWasGivenUp_IsDoneAgain()
    {
        // A server that hung may have been replaced meanwhile: it says that it removed the key, and what it did is lost.
        await Cacheme.SetAsync(new ItemNode(1), new Item("old"), Ct);
        var hanging = new Gate();
        Remote.Before = (operation, _) => operation == "remove" ? hanging.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var removal = Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask();
        await hanging.Reached;
        Fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<InvalidationException>(() => removal.WaitAsync(Patience.Limit, Ct));

        hanging.Open();
        Remote.Put("cacheme:item:1:v1", [1, 2, 3]);
        await Eventually.HoldsAsync(() =>
        {
            Fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Remote.CallsOf("remove") == 2);
        });

        Assert.Empty(Remote.Keys);
    }

    [Fact]
    public async Task Set_DuringALoad_WinsOverTheLoad()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "loaded";
        };
        var before = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;

        await Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        gate.Open();
        await before.WaitAsync(Patience.Limit, Ct);

        Assert.Equal("set", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("set", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Invalidate_Concurrently_SeesEveryValueMoveForwardOnly()
    {
        // Real threads: the source's version is raised, then the key invalidated; whoever asks afterwards never sees an older one.
        var version = 0;
        Source.Load = (_, _) => Task.FromResult(Volatile.Read(ref version).ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var settled = 0;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var least = Volatile.Read(ref settled);
                var seen = int.Parse((await Cacheme.GetAsync(new ItemNode(1), Ct)).Text, System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(seen >= least, $"saw {seen} after {least} was settled");
            }
        }, Ct)).ToList();

        for (var i = 1; i <= 20_000; i++)
        {
            Volatile.Write(ref version, i);
            await Cacheme.InvalidateAsync(new ItemNode(1), Ct);
            Volatile.Write(ref settled, i);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(Patience.Limit, Ct);
    }
}
