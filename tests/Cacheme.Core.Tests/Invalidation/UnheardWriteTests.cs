using System.Reflection;
using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>What is written behind an invalidation by who hears of it late, or never.</summary>
public sealed class UnheardWriteTests : TwoHostsTest
{
    private const int Loads = 64;

    [Fact]
    public async Task ReceiveAll_ALoadEndsBetweenTheDoubtAndTheDrop_WhatItWroteIsFound()
    {
        var context = ((NodeCache<ItemNode, Item>)There.Cache<ItemNode, Item>()).Context;
        var held = new Gate();
        await GetAsync(There, 0); // Written a moment ago.
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        Source.Load = async (_, _) =>
        {
            await held.PassAsync(CancellationToken.None);
            return "old";
        };
        var gets = Enumerable.Range(1, Loads).Select(id => GetAsync(There, id)).ToArray();
        using var release = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        var other = Task.Factory.StartNew(
            () => context.Flights.Exclusively(Definition(There).Keys.Format("item:0"), () =>
            {
                inside.Set();
                release.Wait();
            }),
            Ct,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        inside.Wait(Ct);
        Source.Load = null;

        // Somebody has invalidated more keys than a record names.
        await Log.AppendAsync(InvalidationRecordFormat.Write(new InvalidationRecord(7, 1, 0, [new InvalidationGroup(InvalidationScope.Memory, "ItemNode", [])])), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(FloorOf(context) == Log.Last)); // It is being taken in, as far as the key that is held.
        held.Open();
        await Task.WhenAll(gets);
        release.Set();
        await other;
        await HeardAsync();

        Assert.Empty(Here.Remote.Keys);
    }

    [Fact]
    public async Task Start_TheLogIsDown_WhatIsWrittenBehindAnInvalidationMeanwhileIsFound()
    {
        await HeardAsync();
        await using var late = Host(Here);
        var isCutOff = true;
        Log.Pass = operation => Volatile.Read(ref isCutOff) && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await late.StartAsync();
        var write = await HoldWriteAsync(late);
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Source.Load = (_, _) => Task.FromResult("new");
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));

        Volatile.Write(ref isCutOff, false);
        await HeardAsync(Here, There, late);

        Assert.Equal("new", await GetAsync(late, 1));
    }

    [Fact]
    public async Task Invalidate_TheOtherEndsAfterItsLateWrite_TheOldValueIsNotReadLaterEither()
    {
        var dying = Host(Here);
        await dying.StartAsync();
        await HeardAsync(Here, There, dying);
        var write = await HoldWriteAsync(dying);
        var reading = new Gate();
        Log.Pass = operation => operation == "read" ? reading.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Source.Load = (_, _) => Task.FromResult("new");
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        await dying.DisposeAsync(); // Before it has heard of it.
        Log.Pass = null;
        reading.Open();
        await PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("new", await GetAsync(Here, 1));
    }

    // It has loaded the old value, and is about to write it.
    private async Task<Gate> HoldWriteAsync(CacheFixture host)
    {
        var write = new Gate();
        Source.Load = (_, _) => Task.FromResult("old");
        Here.Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        Assert.Equal("old", await GetAsync(host, 1));
        await write.Reached;
        Here.Remote.Before = null;
        return write;
    }

    private static long FloorOf(NodeContext<ItemNode, Item> context)
    {
        var own = typeof(NodeInvalidations<ItemNode, Item>).GetField("_own", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(context.Invalidations)!;
        return (long)own.GetType().GetField("_floor", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(own)!;
    }
}
