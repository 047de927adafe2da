using System.Diagnostics.Metrics;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 8: counters mean one thing and are exact.</summary>
public sealed class Rule08_CountersTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stats_ScriptedTraffic_ComesOutEqual()
    {
        var fails = false;
        Source.Load = (id, _) => fails ? throw new InvalidDataException() : Task.FromResult($"{id}");
        await Cacheme.GetAsync(new ItemNode(1), Ct);                                   // miss, load
        await Cacheme.GetAsync(new ItemNode(1), Ct);                                   // hit local
        await Cacheme.GetAsync(new ItemNode(1), _ => new ValueTask<Item>(new Item("")), Ct); // hit local
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await Cacheme.GetAsync(new ItemNode(1), Ct);                                   // hit remote
        fails = true;
        await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAsync(new ItemNode(2), Ct).AsTask()); // miss, failed load
        fails = false;
        await Cacheme.GetAllAsync([new ItemNode(1), new ItemNode(3), new ItemNode(3), new ItemNode(4)], Ct);     // hit local, two misses
        await Cacheme.TryGetAsync(new ItemNode(1), Ct);
        await Cacheme.TryGetAsync(new ItemNode(99), Ct);
        await Cacheme.SetAsync(new ItemNode(5), new Item("set"), Ct);
        await Cacheme.RefreshAsync(new ItemNode(5), Ct);                               // load
        await Cacheme.InvalidateAsync([new ItemNode(5), new ItemNode(6)], Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cacheme.GetAsync(new ItemNode(7), new CancellationToken(true)).AsTask());

        var stats = Cacheme.Stats<ItemNode>();
        Assert.Equal((8, 4, 4), (stats.RequestCount, stats.HitCount, stats.MissCount));
        Assert.Equal((3, 1), (stats.HitsByStorage["local"], stats.HitsByStorage["remote"]));
        Assert.Equal((5, 4, 1, 0), (stats.LoadCount, stats.LoadSuccessCount, stats.LoadFailureCount, stats.LoadCancelledCount));
        Assert.Equal((0, 1, 2, 1, 1, 2), (stats.CollapsedCount, stats.CancelledCount, stats.TryGetCount, stats.SetCount, stats.RefreshCount, stats.InvalidationCount));
        Assert.Equal((0.5, 0.5, 0.2), (stats.HitRate, stats.MissRate, stats.LoadFailureRate));
    }

    [Fact]
    public void Stats_NothingHappened_EveryRateIsZero()
    {
        var stats = Cacheme.Stats<ItemNode>();

        Assert.Equal((0, 0d, 0d, 0d, TimeSpan.Zero), (stats.RequestCount, stats.HitRate, stats.MissRate, stats.LoadFailureRate, stats.AverageLoadTime));
    }

    [Fact]
    public async Task Stats_LoadTime_IsTheTimeProviders()
    {
        Source.Load = (id, _) =>
        {
            Fixture.Time.Advance(TimeSpan.FromSeconds(id));
            return Task.FromResult("");
        };
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        await Cacheme.GetAsync(new ItemNode(2), Ct);

        Assert.Equal((3, 1.5), (Cacheme.Stats<ItemNode>().TotalLoadTime.TotalSeconds, Cacheme.Stats<ItemNode>().AverageLoadTime.TotalSeconds));
    }

    [Fact]
    public async Task Stats_BatchLoad_IsOneLoad()
    {
        await Cacheme.GetAllAsync(Enumerable.Range(0, 20).Select(id => new BatchNode(id)), Ct);

        var stats = Cacheme.Stats<BatchNode>();
        Assert.Equal((20, 20, 1), (stats.RequestCount, stats.MissCount, stats.LoadCount));
    }

    [Fact]
    public async Task Stats_ManyThreads_NoCountIsLost()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                // A hit is complete when the call returns.
                Assert.True(Cacheme.GetAsync(new ItemNode(1), CancellationToken.None).AsTask().IsCompletedSuccessfully);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        // Threads that have ended keep their counts, whether or not they were collected.
        Assert.Equal(400_000, Cacheme.Stats<ItemNode>().HitCount);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(400_000, Cacheme.Stats<ItemNode>().HitCount);
    }

    [Fact]
    public async Task Meter_ScriptedTraffic_ExportsWhatStatsSay()
    {
        var cacheme = Cacheme;
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == Fixture.Meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen[Name(instrument, tags)] = seen.GetValueOrDefault(Name(instrument, tags)) + 1);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(0, seen["cacheme.cache.requests{ItemNode,local,hit}"]); // Every series is there from the start.

        await cacheme.GetAsync(new ItemNode(1), Ct);
        await cacheme.GetAsync(new ItemNode(1), Ct);
        await cacheme.InvalidateAsync(new ItemNode(1), Ct);
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["cacheme.cache.requests{ItemNode,local,hit}"]);
        Assert.Equal(0, seen["cacheme.cache.requests{ItemNode,remote,hit}"]);
        Assert.Equal(1, seen["cacheme.cache.requests{ItemNode,none,miss}"]);
        Assert.Equal(1, seen["cacheme.load.duration{ItemNode,success}"]);
        Assert.Equal(1, seen["cacheme.store.duration{remote,get}"]);
        Assert.Equal(1, seen["cacheme.store.duration{remote,set}"]);
        Assert.Equal(1, seen["cacheme.store.duration{remote,remove}"]);
        Assert.Equal(1, seen["cacheme.invalidations{ItemNode,local}"]);
        Assert.Equal(0, seen["cacheme.load.collapsed{ItemNode}"]);
        Assert.Equal(1, seen["cacheme.cache.evictions{local,invalidated}"]);
        Assert.Equal(0, seen["cacheme.cache.entries{local}"]);

        static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => tag.Value))}}}";
    }
}
