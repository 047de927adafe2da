using System.Diagnostics.Metrics;
using Cacheme.DependencyInjection;
using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>Two hosts that share a storage and its log: what one of them changes, the other stops serving.</summary>
public sealed class InvalidationBusTests : TwoHostsTest
{
    private const int Missed = 14;

    [Fact]
    public async Task Invalidate_TheOtherHasItLocally_ItLoadsAnew()
    {
        await BothHaveAsync(1);

        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(There, 1));
        Assert.Equal("1#2", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Set_TheOtherHasItLocally_ItReadsTheNewValue()
    {
        await BothHaveAsync(1);

        await Here.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        await HeardAsync();

        Assert.Equal("set", await GetAsync(There, 1));
        Assert.Equal("set", await GetAsync(Here, 1));
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Refresh_TheOtherHasItLocally_ItReadsTheNewValue()
    {
        await BothHaveAsync(1);
        var before = Log.Last;

        await Here.Cacheme.RefreshAsync(new ItemNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Log.Last > before));
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(There, 1));
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task Invalidate_Many_IsOneRecord()
    {
        var before = Log.Count;

        await Here.Cacheme.InvalidateAsync(Enumerable.Range(0, 1000).Select(id => new ItemNode(id)), Ct);
        await HeardAsync();

        Assert.Equal(before + 1, Log.Count);
        Assert.Equal(1000, Received(There));
        Assert.Equal(0, Received(Here));
    }

    [Fact]
    public async Task Invalidate_WhileARecordIsOnItsWay_TheRestGoesTogether()
    {
        var before = Log.Count;
        var gate = new Gate();
        Log.Pass = operation => operation == "append" ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var first = Here.Cacheme.InvalidateAsync(new ItemNode(0), Ct).AsTask();
        await gate.Reached;

        var storm = Enumerable.Range(0, 500).Select(i => Here.Cacheme.InvalidateAsync(new ItemNode(i % 10), Ct).AsTask()).ToList();
        gate.Open();
        await Task.WhenAll([first, .. storm]).WaitAsync(Patience.Limit, Ct);
        await HeardAsync();

        Assert.Equal(before + 2, Log.Count);
        Assert.Equal(11, Received(There));
    }

    [Fact]
    public async Task Get_NothingIsInvalidated_AppendsNothing()
    {
        var before = Log.Count;

        await BothHaveAsync(1);
        await Here.Cacheme.TryGetAsync(new ItemNode(2), Ct);

        Assert.Equal(before, Log.Count);
    }

    [Fact]
    public async Task Invalidate_TheOtherHasALoadUnderWay_WhatItLoadsIsNotKept()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var before = There.Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;

        Source.Load = (_, _) => Task.FromResult("new");
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();
        gate.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", await GetAsync(There, 1));
        Assert.Equal("new", await GetAsync(Here, 1));
    }

    [Fact]
    public async Task Invalidate_TheOtherIsCutOffFromTheLog_ItHearsOfItWhenItIsBack()
    {
        await BothHaveAsync(1);
        var isCutOff = true;
        Log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardNothingAsync();
        Assert.Equal("1#1", await GetAsync(There, 1)); // As long as its local time to live says.

        isCutOff = false;
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(There, 1));
        Assert.Equal(0, There.Log.CountOf(Missed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invalidate_TheRecordsThatTheOtherHasNotReadAreLost_ItDropsWhatItHas(bool isEmpty)
    {
        await BothHaveAsync(1);
        await BothHaveAsync(2);
        await PassAsync(TimeSpan.FromSeconds(10)); // What was written a moment ago would be looked at in the remote tier.
        var isCutOff = true;
        Log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Log.Lose(Log.Count - (isEmpty ? 0 : 1));
        isCutOff = false;
        await HeardAsync();

        Assert.Equal("1#3", await GetAsync(There, 1));
        Assert.Equal("2#2", await GetAsync(There, 2)); // From the remote tier.
        Assert.Equal(3, There.Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);
        Assert.Equal(1, There.Log.CountOf(Missed));
    }

    [Fact]
    public async Task Read_ARecordOfAVersionToCome_EverythingIsDropped()
    {
        await BothHaveAsync(1);
        await PassAsync(TimeSpan.FromSeconds(10)); // What was written a moment ago would be looked at in the remote tier.

        await Log.AppendAsync(new byte[] { 99, 1, 2, 3 }, Ct);
        await HeardAsync();
        await There.Cacheme.GetAsync(new ItemNode(1), Ct);

        Assert.Equal(1, There.Log.CountOf(Missed));
        Assert.Equal(2, There.Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);
    }

    [Fact]
    public async Task Read_ANodeThatIsNotKnownHere_IsLeftAlone()
    {
        await BothHaveAsync(1);

        await Log.AppendAsync(InvalidationRecordFormat.Write(new InvalidationRecord(7, 1, 0, [InvalidationGroup.OfKeys("Stranger", ["cacheme:item:1:v1"])])), Ct);
        await HeardAsync();

        Assert.Equal(0, Received(There));
        Assert.Equal("1#1", await GetAsync(There, 1));
    }

    [Fact]
    public async Task Invalidate_ItCannotBeTold_IsToldToTheCallerAndTriedAgain()
    {
        await BothHaveAsync(1);
        Log.Pass = operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        Assert.Equal(["remote"], error.Storages);
        Assert.Equal("1#1", await GetAsync(There, 1));
        Assert.Equal("1#2", await GetAsync(Here, 1));

        Log.Pass = null;
        await Eventually.HoldsAsync(async () =>
        {
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            return await GetAsync(There, 1) != "1#1";
        });
    }

    [Fact]
    public async Task Invalidate_TheRemovalFails_IsToldAgainWhenItHasSucceeded()
    {
        await BothHaveAsync(1);
        Here.Remote.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        await ReadAsync();

        // The storage still has it; but its load did not know of what was heard.
        Assert.Equal("1#2", await GetAsync(There, 1));
        var before = Log.Last;
        Here.Remote.Before = null;
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Log.Last > before);
        });
    }

    [Fact]
    public async Task Listen_NothingIsPushed_ItLooksOnceASecond()
    {
        await using var here = Host();
        here.Remote.Log = new FakeLog { Pushes = false };
        await using var there = Host(here);
        await here.StartAsync();
        await there.StartAsync();
        await GetAsync(here, 1);
        await GetAsync(there, 1);

        await here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        Assert.Equal("1#1", await GetAsync(there, 1));
        here.Time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(async () => await GetAsync(there, 1) == "1#2");
    }

    [Fact]
    public async Task Start_TheLogIsDown_TheHostStartsAndReadsItLater()
    {
        await using var here = Host();
        here.Remote.Log = new FakeLog { Pass = _ => throw new IOException("down") };

        await here.StartAsync().WaitAsync(Patience.Limit, Ct);
        Assert.Equal(0, Bus(here).Position);
        here.Remote.Log.Pass = null;

        await Eventually.HoldsAsync(() =>
        {
            here.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Bus(here).Position > 0);
        });
        Assert.Equal(0, here.Log.CountOf(Missed));
    }

    [Fact]
    public async Task Log_RefusesItsUser_TheStorageIsUsedAllTheSame()
    {
        await using var here = Host();
        here.Remote.Log = new FakeLog { Pass = _ => throw new UnauthorizedAccessException("NOPERM") };
        await here.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            here.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("1#1", await GetAsync(here, 1));

        Assert.Single(here.Remote.Keys);
    }

    [Fact]
    public async Task Options_TheStorageShallNotCarryThem_NoLogIsOpened()
    {
        await using var host = Host(options: options => options.CarriesInvalidations = false);
        host.Remote.Log = new FakeLog();
        await host.StartAsync();

        await host.Cacheme.InvalidateAsync(new ItemNode(1), Ct);

        Assert.Equal(0, host.Remote.Log.Count);
        Assert.Null(Definition(host).Bus);
    }

    [Fact]
    public async Task Chain_WithoutALocalTier_HasNoBus()
    {
        await using var host = Host();
        host.Remote.Log = new FakeLog();
        await host.StartAsync();

        Assert.Null(((NodeCache<RemoteOnlyNode, Item>)host.Cache<RemoteOnlyNode, Item>()).Definition.Bus);
        Assert.NotNull(Definition(host).Bus);
    }

    [Fact]
    public async Task Read_AListenerOfTheMeterThrows_TheOtherRecordsAreTakenInAllTheSame()
    {
        await BothHaveAsync(2);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == There.Meters && instrument.Name == "cacheme.invalidation.lag")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidDataException("a listener's fault"));
        listener.Start();

        await Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await Here.Cacheme.InvalidateAsync(new ItemNode(2), Ct);
        await HeardAsync();

        Assert.Equal("2#2", await GetAsync(There, 2));
    }

    [Fact]
    public async Task Meter_CountsByOriginAndMeasuresTheLag()
    {
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == There.Meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (seen)
            {
                seen[Name(instrument, tags)] = value;
            }
        });
        listener.Start();
        Log.Pass = operation =>
        {
            if (operation == "append")
            {
                Here.Time.Advance(TimeSpan.FromMilliseconds(250));
            }

            return Task.CompletedTask;
        };

        await Here.Cacheme.InvalidateAsync([new ItemNode(1), new ItemNode(2)], Ct);
        await There.Cacheme.InvalidateAsync(new ItemNode(3), Ct);
        await HeardAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["cacheme.invalidations{ItemNode,remote}"]);
        Assert.Equal(1, seen["cacheme.invalidations{ItemNode,local}"]);
        Assert.InRange(seen["cacheme.invalidation.lag{remote}"], 0.25, 60);

        static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => tag.Value))}}}";
    }

    [Fact]
    public async Task Dispose_WhileTheLogHangs_Ends()
    {
        var host = Host();
        var gate = new Gate();
        host.Remote.Log = new FakeLog { Pass = _ => gate.PassAsync(CancellationToken.None) };
        _ = host.Cacheme;
        await gate.Reached;

        await host.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Ct);
        gate.Open();
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ItemNode>().AddNode<RemoteOnlyNode>();

    private async Task BothHaveAsync(int id)
    {
        await GetAsync(Here, id);
        await GetAsync(There, id);
    }

    // Both have looked, and found nothing that they could read.
    private Task HeardNothingAsync()
    {
        var failed = There.Log.CountOf(1);
        return Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(There.Log.CountOf(1) > failed);
        });
    }

    private static long Received(CacheFixture host) => Definition(host).Counters.InvalidationsByOthers;
}
