using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>What is written into a shared tier behind a change in another process, which it had not heard of.</summary>
public sealed class LateWriteTests : TwoHostsTest
{
    private FakeStorage Database => field ??= new FakeStorage(Here.Time);

    [Fact]
    public async Task Invalidate_TheOtherWritesWhatItLoadedBefore_ItIsNotReadHereAndRemovedWhenTheOtherHears()
    {
        var deaf = new Gate();
        await LateWriteAsync(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask(), deaf);
        Assert.Single(Here.Remote.Keys); // The old value, behind the removal.
        Source.Load = (_, _) => throw new InvalidDataException("no value to write over the old one");
        await Assert.ThrowsAsync<InvalidDataException>(() => GetAsync(Here, 1));

        deaf.Open();
        await HeardAsync();

        Assert.Empty(Here.Remote.Keys);
        Source.Load = (_, _) => Task.FromResult("new");
        Assert.Equal("new", await GetAsync(There, 1));
        Assert.Equal("new", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Invalidate_TheLogHadFallenBackBefore_TheOldValueIsFoundAllTheSame()
    {
        for (var id = 10; id < 15; id++)
        {
            await There.Cacheme.InvalidateAsync(new ItemNode(id), Ct);
        }

        await HeardAsync();
        Log.FallBack(4);
        await HeardAsync();
        await LateWriteAsync(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());

        await HeardAsync();

        Assert.Empty(Here.Remote.Keys);
    }

    [Fact]
    public async Task Invalidate_WhatTheOtherWroteWasThereBefore_IsLookedForAndNothingMore()
    {
        await GetAsync(There, 1);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        var (records, removals) = (Log.Count, Here.Remote.CallsOf("remove"));

        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();

        Assert.Equal((records + 1, removals + 1), (Log.Count, Here.Remote.CallsOf("remove")));
    }

    [Fact]
    public async Task Invalidate_TheOtherHasLoadedAnewSince_ItsEntryStays()
    {
        await GetAsync(There, 1);
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();
        await GetAsync(There, 1);
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(Here, 1));
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task Invalidate_TheStorageCannotBeReadWhenTheOtherHears_TheOldValueIsLookedForLater()
    {
        var deaf = new Gate();
        await LateWriteAsync(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask(), deaf);
        var isDown = true;
        Here.Remote.Before = (operation, _) => isDown && operation == "get" ? throw new IOException("down") : Task.CompletedTask;
        var reads = Here.Remote.CallsOf("get");
        deaf.Open();
        await ReadAsync();
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(Here.Remote.CallsOf("get") >= reads + 2);
        });
        Assert.Single(Here.Remote.Keys);

        isDown = false;
        await HeardAsync();

        Assert.Empty(Here.Remote.Keys);
    }

    [Fact]
    public async Task Invalidate_TheOldValueWasReadBeforeItWasFound_ItIsDroppedAgain()
    {
        var deaf = new Gate();
        // Who has invalidated it would look for it itself, after a minute.
        await using (var third = Host(Here))
        {
            await third.StartAsync();
            await LateWriteAsync(() => third.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask(), deaf);
        }

        var isDown = true;
        var gate = new Gate();
        var held = 0;
        Here.Remote.Before = (operation, _) => operation != "get" ? Task.CompletedTask
            : isDown ? throw new IOException("down")
            : Interlocked.Exchange(ref held, 1) == 0 ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        deaf.Open();
        await ReadAsync();
        Here.Time.Advance(TimeSpan.FromMinutes(2)); // Nobody remembers the invalidation.
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(!Definition(Here).RemoteTiers[0].Storage.IsCutOff && !Definition(There).RemoteTiers[0].Storage.IsCutOff);
        });
        isDown = false;
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(Volatile.Read(ref held) == 1);
        });
        Assert.Equal("old", await GetAsync(Here, 1));

        Source.Load = (_, _) => Task.FromResult("new");
        gate.Open();
        await HeardAsync();

        Assert.Equal("new", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Refresh_WhileTheOldValueIsBeingLookedFor_TheOtherDoesNotReadIt()
    {
        var looking = new Gate();
        var deaf = new Gate();
        await LateWriteAsync(
            async () =>
            {
                Source.Load = (_, _) => Task.FromResult("new");
                await Here.Cacheme.RefreshAsync(new ItemNode(1), Ct);
            },
            deaf);
        Here.Remote.Before = (operation, _) => operation == "get" ? looking.PassAsync(CancellationToken.None) : Task.CompletedTask;
        deaf.Open();
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(looking.Reached.IsCompleted);
        });
        Here.Remote.Before = null;

        Assert.Equal("new", await GetAsync(There, 1));

        looking.Open();
        await HeardAsync();
        Assert.Equal("new", await GetAsync(There, 1));
        Assert.Equal("new", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Set_WhileTheOldValueIsBeingLookedFor_TheNewOneStays()
    {
        var deaf = new Gate();
        await LateWriteAsync(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask(), deaf);
        var found = new Gate();
        Here.Remote.AfterGet = () => found.PassAsync(CancellationToken.None);
        deaf.Open();
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(found.Reached.IsCompleted);
        });

        await There.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        Here.Remote.AfterGet = null;
        found.Open();
        await HeardAsync();

        Assert.Single(Here.Remote.Keys);
        Assert.Equal("set", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Set_TheOtherWritesWhatItLoadedBefore_NobodyReadsIt()
    {
        var deaf = new Gate();
        await LateWriteAsync(() => Here.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct).AsTask(), deaf);
        Here.Time.Advance(TimeSpan.FromSeconds(61)); // It has expired in memory.
        Source.Load = (_, _) => throw new InvalidDataException("no value to write over the old one");
        await Assert.ThrowsAsync<InvalidDataException>(() => GetAsync(Here, 1));

        Source.Load = (_, _) => Task.FromResult("new");
        deaf.Open();
        await HeardAsync();
        Assert.Empty(Here.Remote.Keys);
        Assert.Equal("new", await GetAsync(There, 1));
    }

    [Fact]
    public async Task Set_TheOtherHasLoadedTheKeyAMomentAgo_TheValueStays()
    {
        await GetAsync(There, 1);
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));

        await Here.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        await HeardAsync();

        Assert.Equal("set", await GetAsync(There, 1));
    }

    [Fact]
    public async Task Set_AnInvalidationElsewhereHadReturnedBeforeAndWasNotHeardOf_TheValueStays()
    {
        Log.Pass = static operation => operation == "read" ? throw new IOException("not yet") : Task.CompletedTask;
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await There.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        Log.Pass = null;
        await HeardAsync();

        Assert.Equal("set", await GetAsync(There, 1));
        Assert.Equal("set", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Set_BeforeTheLogWasRead_TheValueStays()
    {
        var gate = new Gate();
        Log.Pass = operation => operation == "read" ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await using var late = Host(Here);
        _ = late.Cacheme;
        await gate.Reached;
        await late.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        Log.Pass = null;
        gate.Open();
        await HeardAsync(Here, There, late);

        Assert.Equal("set", await GetAsync(late, 1));
        Assert.Equal("set", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Invalidate_TheOtherCopiesFromAFartherTierBehindIt_ItIsRemoved()
    {
        Source.Load = (_, _) => Task.FromResult("old");
        await Here.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Database.Keys.Count == 1));
        Here.Time.Advance(TimeSpan.FromHours(2)); // It has expired in the nearer one.
        Assert.Empty(Here.Remote.Keys);
        await HeardAsync();
        var write = new Gate();
        Here.Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        Assert.Equal("old", (await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text);
        await write.Reached;

        Source.Load = (_, _) => Task.FromResult("new");
        var deaf = new Gate();
        Log.Pass = operation => operation == "read" ? deaf.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await Here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        deaf.Open();
        await HeardAsync();

        Assert.Empty(Here.Remote.Keys);
    }

    protected override void Configure(CachemeBuilder cacheme) =>
        cacheme.AddStorage("database", _ => Database).AddNode<ItemNode>().AddNode<ThreeTierNode>(ThreeTierNode.BeforeADatabase);

    // The other host loads, and its write reaches the storage after the change, before it hears of it.
    private async Task LateWriteAsync(Func<Task> change, Gate? deaf = null)
    {
        var write = new Gate();
        Source.Load = (_, _) => Task.FromResult("old");
        Here.Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        Assert.Equal("old", await GetAsync(There, 1));
        await write.Reached;
        Here.Remote.Before = null;
        var reading = deaf ?? new Gate();
        Log.Pass = operation => operation == "read" ? reading.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await change();
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(!Definition(There).RemoteTiers[0].Storage.IsChanging(Definition(There).Keys.Format("item:1"))));
        if (deaf is null)
        {
            reading.Open();
        }
    }
}
