using System.Diagnostics.Metrics;
using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>What a storage could not remove, and what the bus measures.</summary>
public sealed class UnremovedTests : TwoHostsTest
{
    private FakeStorage Database => field ??= new FakeStorage(Here.Time);

    [Fact]
    public async Task Start_TwoAtOnceOverAnEmptyLog_NoLagIsMeasured()
    {
        var log = new FakeLog();
        var first = new Gate();
        var appends = 0;
        log.Pass = operation => operation == "append" && Interlocked.Increment(ref appends) == 1 ? first.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await using var one = Host();
        one.Remote.Log = log;
        await using var other = Host(one);
        var lags = new List<double>();
        using var listener = Listen(other, "cacheme.invalidation.lag", lags);
        var starting = one.StartAsync(); // It has found the log empty, and is about to append the first record.
        await first.Reached;
        await other.StartAsync(); // So has this one, which is done with it sooner.

        first.Open();
        await starting;
        await Eventually.HoldsAsync(() =>
        {
            one.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(log.Count == 2 && Bus(other).Position == log.Last && Bus(other).IsAtRest);
        });

        Assert.Empty(lags);
    }

    [Fact]
    public async Task Invalidate_AFartherTierIsDown_OthersAreToldOnceASecondAtMost()
    {
        await Here.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        Database.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct).AsTask());
        var records = Log.Count;

        await PassAsync(TimeSpan.FromSeconds(10));

        Assert.InRange(Log.Count - records, 0, 25);
    }

    [Fact]
    public async Task Invalidate_AFartherTierIsDown_WhatIsLoadedSinceIsKept()
    {
        await Here.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        Database.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct).AsTask());
        await PassAsync(TimeSpan.FromSeconds(1));
        await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        var loads = Source.Loads;

        for (var second = 0; second < 10; second++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        }

        Assert.InRange(Source.Loads - loads, 0, 3);
    }

    [Fact]
    public async Task Invalidate_AFartherTierRemovesItLater_WhoHasReadItSinceLetsGo()
    {
        await Here.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Database.Keys.Count == 1));
        Database.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => Here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct).AsTask());
        await PassAsync(TimeSpan.FromMinutes(2)); // Nobody remembers it.
        Assert.Equal("1#1", (await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text);
        var records = Log.Count;

        Database.Before = null;
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(Log.Count > records);
        });
        await HeardAsync();

        Assert.Equal("1#2", (await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Set_AFartherTierIsDown_TheNearerOneKeepsIt()
    {
        Database.Before = (_, _) => throw new IOException("down");

        await Here.Cacheme.SetAsync(new ThreeTierNode(1), new Item("set"), Ct);
        await PassAsync(TimeSpan.FromSeconds(5));

        Assert.Single(Here.Remote.Keys);
        Assert.Equal("set", (await There.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Invalidate_AListenerOfTheMeterThrows_TheCallerIsNotLeftWaiting()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == Here.Meters && instrument.Unit == "s" && instrument.Name.Contains("store", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        var thrown = 0;
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Value is "remove")
                {
                    thrown++;
                    throw new InvalidDataException("a listener's fault");
                }
            }
        });
        listener.Start();

        var invalidation = Record.ExceptionAsync(() => Here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        var seconds = 0;
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(invalidation.IsCompleted || ++seconds > 300);
        });
        var isDone = invalidation.IsCompleted;
        var stopping = Here.DisposeAsync().AsTask(); // With the clock, so that the test ends.
        await Eventually.HoldsAsync(() =>
        {
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(stopping.IsCompleted);
        });

        Assert.Equal((1, true), (thrown, isDone));
    }

    private static MeterListener Listen(CacheFixture host, string name, List<double> values)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == host.Meters && instrument.Name == name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) =>
        {
            lock (values)
            {
                values.Add(value);
            }
        });
        listener.Start();
        return listener;
    }

    protected override void Configure(CachemeBuilder cacheme) =>
        cacheme.AddStorage("database", _ => Database).AddNode<ItemNode>().AddNode<ThreeTierNode>(ThreeTierNode.BeforeADatabase);
}
