using System.Diagnostics.Metrics;
using Cacheme.DependencyInjection;
using Cacheme.Invalidation;
using Cacheme.Pipeline;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Invalidation;

/// <summary>Two hosts that share a storage and its log: what one of them changes, the other stops serving.</summary>
public sealed class InvalidationBusTests : IAsyncLifetime
{
    private const int Missed = 14;

    private readonly Source _source = new();
    private readonly FakeLog _log = new();
    private readonly CacheFixture _here;
    private readonly CacheFixture _there;

    public InvalidationBusTests()
    {
        _here = Host();
        _here.Remote.Log = _log;
        _there = Host(_here);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _here.StartAsync();
        await _there.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync();
        await _here.DisposeAsync();
    }

    [Fact]
    public async Task Invalidate_TheOtherHasItLocally_ItLoadsAnew()
    {
        await BothHaveAsync(1);

        await _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(_there, 1));
        Assert.Equal("1#2", await GetAsync(_here, 1));
    }

    [Fact]
    public async Task Set_TheOtherHasItLocally_ItReadsTheNewValue()
    {
        await BothHaveAsync(1);

        await _here.Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        await HeardAsync();

        Assert.Equal("set", await GetAsync(_there, 1));
        Assert.Equal("set", await GetAsync(_here, 1));
        Assert.Equal(1, _source.Loads);
    }

    [Fact]
    public async Task Refresh_TheOtherHasItLocally_ItReadsTheNewValue()
    {
        await BothHaveAsync(1);
        var before = _log.Last;

        await _here.Cacheme.RefreshAsync(new ItemNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(_log.Last > before));
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(_there, 1));
        Assert.Equal(2, _source.Loads);
    }

    [Fact]
    public async Task Invalidate_Many_IsOneRecord()
    {
        var before = _log.Count;

        await _here.Cacheme.InvalidateAsync(Enumerable.Range(0, 1000).Select(id => new ItemNode(id)), Ct);
        await HeardAsync();

        Assert.Equal(before + 1, _log.Count);
        Assert.Equal(1000, Received(_there));
        Assert.Equal(0, Received(_here));
    }

    [Fact]
    public async Task Invalidate_WhileARecordIsOnItsWay_TheRestGoesTogether()
    {
        var before = _log.Count;
        var gate = new Gate();
        _log.Pass = operation => operation == "append" ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        var first = _here.Cacheme.InvalidateAsync(new ItemNode(0), Ct).AsTask();
        await gate.Reached;

        var storm = Enumerable.Range(0, 500).Select(i => _here.Cacheme.InvalidateAsync(new ItemNode(i % 10), Ct).AsTask()).ToList();
        gate.Open();
        await Task.WhenAll([first, .. storm]).WaitAsync(Patience.Limit, Ct);
        await HeardAsync();

        Assert.Equal(before + 2, _log.Count);
        Assert.Equal(11, Received(_there));
    }

    [Fact]
    public async Task Get_NothingIsInvalidated_AppendsNothing()
    {
        var before = _log.Count;

        await BothHaveAsync(1);
        await _here.Cacheme.TryGetAsync(new ItemNode(2), Ct);

        Assert.Equal(before, _log.Count);
    }

    [Fact]
    public async Task Invalidate_TheOtherHasALoadUnderWay_WhatItLoadsIsNotKept()
    {
        var gate = new Gate();
        _source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "old";
        };
        var before = _there.Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;

        _source.Load = (_, _) => Task.FromResult("new");
        await _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardAsync();
        gate.Open();

        Assert.Equal("old", (await before.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal("new", await GetAsync(_there, 1));
        Assert.Equal("new", await GetAsync(_here, 1));
    }

    [Fact]
    public async Task Invalidate_TheOtherWritesWhatItLoadedBefore_ItIsNotReadHereAndRemovedWhenTheOtherHears()
    {
        var deaf = new Gate();
        _source.Load = (_, _) => Task.FromResult("old");
        await LoadBehindTheRemovalAsync(deaf);
        Assert.Single(_here.Remote.Keys); // The old value, behind the removal.

        _source.Load = (_, _) => throw new InvalidDataException("no value to write over the old one");
        await Assert.ThrowsAsync<InvalidDataException>(() => GetAsync(_here, 1));
        deaf.Open();

        await Eventually.HoldsAsync(() => Task.FromResult(_here.Remote.Keys.Count == 0));
        await HeardAsync();
        _source.Load = (_, _) => Task.FromResult("new");
        Assert.Equal("new", await GetAsync(_there, 1));
        Assert.Equal("new", await GetAsync(_here, 1));
    }

    [Fact]
    public async Task Invalidate_TheOtherIsCutOffFromTheLog_ItHearsOfItWhenItIsBack()
    {
        await BothHaveAsync(1);
        var isCutOff = true;
        _log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await HeardNothingAsync();
        Assert.Equal("1#1", await GetAsync(_there, 1)); // As long as its local time to live says.

        isCutOff = false;
        await HeardAsync();

        Assert.Equal("1#2", await GetAsync(_there, 1));
        Assert.Equal(0, _there.Log.CountOf(Missed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invalidate_TheRecordsThatTheOtherHasNotReadAreLost_ItDropsWhatItHas(bool isEmpty)
    {
        await BothHaveAsync(1);
        await BothHaveAsync(2);
        await WritesAreForgottenAsync();
        var isCutOff = true;
        _log.Pass = operation => isCutOff && operation != "append" ? throw new IOException("cut off") : Task.CompletedTask;
        await _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        _log.Lose(_log.Count - (isEmpty ? 0 : 1));
        isCutOff = false;
        await HeardAsync();

        Assert.Equal("1#3", await GetAsync(_there, 1));
        Assert.Equal("2#2", await GetAsync(_there, 2)); // From the remote tier.
        Assert.Equal(3, _there.Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);
        Assert.Equal(1, _there.Log.CountOf(Missed));
    }

    [Fact]
    public async Task Read_ARecordOfAVersionToCome_EverythingIsDropped()
    {
        await BothHaveAsync(1);
        await WritesAreForgottenAsync();

        await _log.AppendAsync(new byte[] { 99, 1, 2, 3 }, Ct);
        await HeardAsync();
        await _there.Cacheme.GetAsync(new ItemNode(1), Ct);

        Assert.Equal(1, _there.Log.CountOf(Missed));
        Assert.Equal(2, _there.Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);
    }

    [Fact]
    public async Task Read_ANodeThatIsNotKnownHere_IsLeftAlone()
    {
        await BothHaveAsync(1);

        await _log.AppendAsync(InvalidationRecordFormat.Write(new InvalidationRecord(7, 1, 0, [new InvalidationGroup("Stranger", ["cacheme:item:1:v1"])])), Ct);
        await HeardAsync();

        Assert.Equal(0, Received(_there));
        Assert.Equal("1#1", await GetAsync(_there, 1));
    }

    [Fact]
    public async Task Invalidate_ItCannotBeTold_IsToldToTheCallerAndTriedAgain()
    {
        await BothHaveAsync(1);
        _log.Pass = operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<InvalidationException>(() => _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        Assert.Equal(["remote"], error.Storages);
        Assert.Equal("1#1", await GetAsync(_there, 1));
        Assert.Equal("1#2", await GetAsync(_here, 1));

        _log.Pass = null;
        await Eventually.HoldsAsync(async () =>
        {
            _here.Time.Advance(TimeSpan.FromSeconds(1));
            return await GetAsync(_there, 1) != "1#1";
        });
    }

    [Fact]
    public async Task Invalidate_TheRemovalFails_IsToldAgainWhenItHasSucceeded()
    {
        await BothHaveAsync(1);
        _here.Remote.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidationException>(() => _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct).AsTask());
        await HeardAsync();

        // The storage still has it; but its load did not know of what was heard.
        Assert.Equal("1#2", await GetAsync(_there, 1));
        var before = _log.Last;
        _here.Remote.Before = null;
        await Eventually.HoldsAsync(() =>
        {
            _here.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_log.Last > before);
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
        Assert.Null(((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition.Bus);
    }

    [Fact]
    public async Task Chain_WithoutALocalTier_HasNoBus()
    {
        await using var host = Host();
        host.Remote.Log = new FakeLog();
        await host.StartAsync();

        Assert.Null(((NodeCache<RemoteOnlyNode, Item>)host.Cache<RemoteOnlyNode, Item>()).Definition.Bus);
        Assert.NotNull(((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition.Bus);
    }

    [Fact]
    public async Task Chain_ATierBeforeTheCarrier_LosesItInEachProcess()
    {
        // Each machine has a file of its own, with a log that only its processes share, and there is a server behind it.
        var files = new List<FakeStorage>();
        await using var here = Host(null, null, WithFile);
        here.Remote.Log = new FakeLog();
        await using var there = Host(here, null, WithFile);
        await here.StartAsync();
        await there.StartAsync();
        await here.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        await there.Cacheme.GetAsync(new ThreeTierNode(1), Ct);
        Assert.All(files, file => Assert.Single(file.Keys));

        await here.Cacheme.InvalidateAsync(new ThreeTierNode(1), Ct);

        await Eventually.HoldsAsync(() => Task.FromResult(files.TrueForAll(file => file.Keys.Count == 0)));
        await Eventually.HoldsAsync(async () => (await there.Cacheme.GetAsync(new ThreeTierNode(1), Ct)).Text == "1#2");

        void WithFile(CachemeBuilder cacheme)
        {
            var file = new FakeStorage(TimeProvider.System) { Log = new FakeLog { Pushes = false } };
            files.Add(file);
            cacheme.AddStorage("file", _ => file).AddNode<ThreeTierNode>(ThreeTierNode.Configure);
        }
    }

    [Fact]
    public async Task Meter_CountsByOriginAndMeasuresTheLag()
    {
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == _there.Meters)
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
        _log.Pass = operation =>
        {
            if (operation == "append")
            {
                _here.Time.Advance(TimeSpan.FromMilliseconds(250));
            }

            return Task.CompletedTask;
        };

        await _here.Cacheme.InvalidateAsync([new ItemNode(1), new ItemNode(2)], Ct);
        await _there.Cacheme.InvalidateAsync(new ItemNode(3), Ct);
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

    private CacheFixture Host(CacheFixture? sharing = null, Action<Cacheme.Storage.StorageOptions>? options = null, Action<CachemeBuilder>? more = null) => new(
        cacheme =>
        {
            cacheme.AddNode<ItemNode>().AddNode<RemoteOnlyNode>().ConfigureStorage("remote", options ?? (_ => { }));
            more?.Invoke(cacheme);
        },
        services => services.AddSingleton(_source),
        sharing);

    private async Task BothHaveAsync(int id)
    {
        await GetAsync(_here, id);
        await GetAsync(_there, id);
    }

    // The other host loads, and its write reaches the storage after the removal, before it hears of it.
    private async Task LoadBehindTheRemovalAsync(Gate deaf)
    {
        var write = new Gate();
        _here.Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await _there.Cacheme.GetAsync(new ItemNode(1), Ct);
        await write.Reached;
        _log.Pass = operation => operation == "read" ? deaf.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await _here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        _here.Remote.Before = null;
        write.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(_here.Remote.Keys.Count == 1));
    }

    private static async Task<string> GetAsync(CacheFixture host, int id) => (await host.Cacheme.GetAsync(new ItemNode(id), Ct)).Text;

    private Task HeardAsync() => Eventually.HoldsAsync(() =>
    {
        _here.Time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(Bus(_here).Position == _log.Last && Bus(_there).Position == _log.Last && _log.Last > 0);
    });

    // What was written a moment ago would be removed from the remote tier too.
    private async Task WritesAreForgottenAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _here.Time.Advance(TimeSpan.FromSeconds(2));
            var reads = _log.Reads;
            await Eventually.HoldsAsync(() =>
            {
                _here.Time.Advance(TimeSpan.FromMilliseconds(100));
                return Task.FromResult(_log.Reads > reads + 4);
            });
        }
    }

    // Both have looked, and found nothing that they could read.
    private Task HeardNothingAsync()
    {
        var failed = _there.Log.CountOf(1);
        return Eventually.HoldsAsync(() =>
        {
            _here.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(_there.Log.CountOf(1) > failed);
        });
    }

    private static InvalidationBus Bus(CacheFixture host) => ((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition.Bus!;

    private static long Received(CacheFixture host) => ((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition.Counters.InvalidationsByOthers;
}

/// <summary>A node with a file between the memory and the server.</summary>
public sealed record ThreeTierNode(int Id) : Node<Item>
{
    public override NodeKey Key => $"three:{Id}";

    public override async ValueTask<Item> LoadAsync(LoadContext context) =>
        new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

    public static void Configure(NodePolicyBuilder policy) => policy
        .Cache("local", TimeSpan.FromMinutes(1)).Cache("file", TimeSpan.FromHours(1)).Cache("remote", TimeSpan.FromHours(1));
}
