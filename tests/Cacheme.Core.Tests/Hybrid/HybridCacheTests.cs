using Cacheme.Hybrid;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>What is Cacheme's own in its HybridCache: times, statistics, keys, entries.</summary>
public sealed class HybridCacheTests : IAsyncLifetime
{
    private const int KeyRefused = 20;

    private static readonly string[] Tags = ["a", "b"];

    private CachemeHost _host = null!; // Made before each test.
    private int _loads;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private HybridCache Cache => _host.Cache;

    public async ValueTask InitializeAsync() => _host = await CachemeHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Expiration_NothingSaid_IsFiveMinutes()
    {
        await GetAsync("key");

        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(1, await GetAsync("key"));
        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(2, await GetAsync("key"));
    }

    [Fact]
    public async Task Expiration_OfTheCall_StandsInPlaceOfThePolicys()
    {
        await GetAsync("short", new() { Expiration = TimeSpan.FromSeconds(10) });
        await GetAsync("long", new() { Expiration = TimeSpan.FromDays(100_000) });
        await GetAsync("longest", new() { Expiration = TimeSpan.MaxValue });

        _host.Fixture.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(4, await GetAsync("short"));
        _host.Fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((2, 3), (await GetAsync("long"), await GetAsync("longest")));
    }

    [Fact]
    public async Task Expiration_OfTheCall_EndsAFlightWhoseWriteHangs()
    {
        var gate = new Gate();
        _host.Fixture.Remote.Before = (operation, _) => operation == "set" ? gate.PassAsync(Ct) : Task.CompletedTask;
        var options = new HybridCacheEntryOptions { Expiration = TimeSpan.FromMilliseconds(500), Flags = HybridCacheEntryFlags.DisableLocalCache };

        Assert.Equal((1, 1), (await GetAsync("key", options), await GetAsync("key", options)));
        _host.Fixture.Time.Advance(TimeSpan.FromMilliseconds(600));
        var later = await GetAsync("key", options);
        gate.Open();

        Assert.Equal(2, later);
    }

    [Theory]
    [InlineData(10, 60, 10)] // The local time given.
    [InlineData(60, 10, 10)] // Never longer than the whole.
    [InlineData(0, 10, 10)] // The whole, where none is given.
    public async Task LocalExpiration_EndsInMemoryFirst(int local, int whole, int expected)
    {
        await GetAsync("key", new()
        {
            Expiration = TimeSpan.FromMinutes(whole),
            LocalCacheExpiration = local == 0 ? null : TimeSpan.FromMinutes(local),
            Flags = HybridCacheEntryFlags.DisableDistributedCache,
        });

        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(expected - 0.1));
        Assert.Equal(1, await GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableDistributedCache }));
        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(2, await GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableDistributedCache }));
    }

    [Fact]
    public async Task LocalExpiration_OverTheCachesOwnTime_IsNoLongerThanThat()
    {
        await GetAsync("key", new() { LocalCacheExpiration = TimeSpan.FromHours(1), Flags = HybridCacheEntryFlags.DisableDistributedCache });

        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(5.1));

        Assert.Equal(2, await GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableDistributedCache }));
    }

    [Fact]
    public async Task LocalExpiration_OfWhatTheSecondTierHas_IsNoLongerThanItsLife()
    {
        await GetAsync("key", new() { Expiration = TimeSpan.FromMinutes(10), Flags = HybridCacheEntryFlags.DisableLocalCacheWrite });
        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(9));
        await GetAsync("key", new() { Expiration = TimeSpan.FromHours(1) });

        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(1.1));

        Assert.Equal(2, await GetAsync("key"));
    }

    [Fact]
    public async Task Hit_ByStringOrSpan_AllocatesNothing()
    {
        await Cache.SetAsync("key", "value", tags: ["a", "b"], cancellationToken: Ct);

        Assert.Equal(0, AllocatedByHits(Cache, 100));
    }

    [Fact]
    public async Task Stats_StandBesideTheNodes()
    {
        await GetAsync("key");
        await GetAsync("key");
        await GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableLocalCacheRead });
        await GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData });
        await GetAsync("nothing", new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData });
        await Cache.SetAsync("key", 5, cancellationToken: Ct);
        await Cache.RemoveAsync(["key", "key", "other"], Ct);
        await GetAsync("");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(1), cancellationToken: new CancellationToken(canceled: true)));

        var stats = _host.Fixture.Cacheme.Stats("hybrid");

        Assert.Equal(
            (4, 2, 2, 2, 1, 2, 1, 2, 1),
            (stats.RequestCount, stats.HitCount, stats.MissCount, stats.LoadSuccessCount, stats.HitsByStorage["remote"], stats.TryGetCount, stats.SetCount, stats.InvalidationCount, stats.CancelledCount));
        Assert.Equal(["hybrid", "one", "two"], _host.Fixture.Cacheme.Nodes.Select(node => node.Name));
        Assert.Equal(0, _host.Fixture.Cacheme.Stats("one").RequestCount);
    }

    [Fact]
    public async Task Stats_JoinedAndFailed_AreCountedLikeANodes()
    {
        var gate = new Gate();
        var callers = Enumerable.Range(0, 4).Select(_ => Cache.GetOrCreateAsync<int>(
            "key",
            async token =>
            {
                await gate.PassAsync(token);
                throw new InvalidDataException();
            },
            cancellationToken: Ct).AsTask()).ToList();
        gate.Open();
        await Task.WhenAll(callers).ContinueWith(static _ => { }, TaskScheduler.Default);

        var stats = _host.Fixture.Cacheme.Stats("hybrid");

        Assert.Equal((4, 4, 3, 1), (stats.RequestCount, stats.MissCount, stats.CollapsedCount, stats.LoadFailureCount));
    }

    [Fact]
    public async Task Keys_AreThoseThatPeopleRead()
    {
        await Cache.SetAsync("key", 1, cancellationToken: Ct);
        await _host.Named("one").SetAsync("key", 1, cancellationToken: Ct);

        Assert.Equal(["cacheme:hybrid/one:key:", "cacheme:hybrid:key:"], _host.Fixture.Remote.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Key_TooLongForAStorage_IsHashedAndNoTextMeetsTheHash()
    {
        var longKey = new string('k', 1000);
        await Cache.SetAsync(longKey, "long", cancellationToken: Ct);
        var hashed = _host.Fixture.Remote.Keys.Single().Split(':', 3)[2].TrimEnd(':');

        Assert.StartsWith("sha256:", hashed, StringComparison.Ordinal);
        Assert.Equal("loaded", await Cache.GetOrCreateAsync(hashed, _ => new ValueTask<string>("loaded"), cancellationToken: Ct));
        await _host.SettleAsync();
        await using var other = await _host.StartOtherAsync();
        Assert.Equal("long", await other.Cache.GetOrCreateAsync(longKey, _ => new ValueTask<string>("loaded"), cancellationToken: Ct));
        await other.Cache.RemoveAsync(longKey, Ct);
        await _host.SettleAsync();
        Assert.Equal("new", await Cache.GetOrCreateAsync(longKey, _ => new ValueTask<string>("new"), cancellationToken: Ct));
    }

    [Fact]
    public async Task Key_Bad_IsLoggedWithoutIt()
    {
        await GetAsync("secret\n");
        await Cache.SetAsync("secret\n", 1, cancellationToken: Ct);

        var records = _host.Fixture.Log.Records.Where(record => record.Event == KeyRefused).ToList();
        Assert.Equal(2, records.Count);
        Assert.DoesNotContain(records, record => record.Text.Contains("secret", StringComparison.Ordinal));
        Assert.Empty(_host.Fixture.Remote.Keys);
    }

    [Fact]
    public async Task Types_TwoUnderOneKeyInTheSecondTier_EachGetsItsOwn()
    {
        await Cache.SetAsync("key", new Poco { Text = "a" }, cancellationToken: Ct);
        await _host.SettleAsync();
        await using var other = await _host.StartOtherAsync();

        Assert.Equal("b", (await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<Other>(new Other { Name = "b" }), cancellationToken: Ct)).Name);
        await other.SettleAsync();
        Assert.Equal("a", (await Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "c" }), cancellationToken: Ct)).Text);

        await Cache.RemoveAsync("key", Ct);
        await _host.SettleAsync();
        Assert.Equal("d", (await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<Other>(new Other { Name = "d" }), cancellationToken: Ct)).Name);
    }

    [Fact]
    public async Task Types_SetOfAnother_IsNoAnswerForALoad()
    {
        var gate = new Gate();
        _host.Fixture.Remote.Before = (operation, _) => operation == "set" ? gate.PassAsync(Ct) : Task.CompletedTask;
        var set = Cache.SetAsync("key", "text", cancellationToken: Ct).AsTask();
        await gate.Reached;

        var get = GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableDistributedCache }).AsTask();
        Assert.Equal(1, await get.WaitAsync(Patience.Limit, Ct));

        gate.Open();
        await set;
    }

    [Fact]
    public async Task Entry_Rubbish_IsAMiss()
    {
        _host.Fixture.Remote.Put("cacheme:hybrid:key:", [1, 2, 3]);

        Assert.Equal(1, await GetAsync("key"));
    }

    [Fact]
    public async Task Set_WithoutTheLocalTier_LeavesNothingOldThere()
    {
        await Cache.SetAsync("key", 10, cancellationToken: Ct);

        await Cache.SetAsync("key", 20, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, cancellationToken: Ct);

        Assert.Equal(20, await GetAsync("key"));
    }

    [Fact]
    public async Task Set_WithoutAnyTier_DoesNothing()
    {
        await Cache.SetAsync("key", 10, cancellationToken: Ct);

        await Cache.SetAsync(
            "key",
            20,
            new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite },
            cancellationToken: Ct);

        Assert.Equal(10, await GetAsync("key"));
    }

    [Fact]
    public async Task GetOrCreate_OneMayNotReadWhatTheOtherFinds_TheyDoNotShareAFlight()
    {
        await Cache.SetAsync("key", 10, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, cancellationToken: Ct);
        var gate = new Gate();
        _host.Fixture.Remote.AfterGet = () => gate.PassAsync(Ct);
        var reading = GetAsync("key").AsTask();
        await gate.Reached;

        var past = GetAsync("key", new() { Flags = HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableLocalCache }).AsTask();
        Assert.Equal(1, await past.WaitAsync(Patience.Limit, Ct));

        gate.Open();
        Assert.Equal(10, await reading);
    }

    [Fact]
    public async Task GetOrCreate_LoadAsksForItsOwnKey_IsRefused() =>
        await Assert.ThrowsAsync<LoadCycleException>(async () => await Cache.GetOrCreateAsync(
            "key", async token => await Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(1), cancellationToken: token), cancellationToken: Ct));

    [Fact]
    public async Task MutableValue_FromTheSecondTierByManyAtOnce_IsEachCallersOwn()
    {
        await Cache.SetAsync("key", new Poco { Text = "a" }, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, cancellationToken: Ct);
        var gate = new Gate();
        _host.Fixture.Remote.AfterGet = () => gate.PassAsync(Ct);
        var callers = Enumerable.Range(0, 5)
            .Select(_ => Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco()), cancellationToken: Ct).AsTask()).ToList();
        await gate.Reached;
        gate.Open();

        var values = await Task.WhenAll(callers);

        Assert.All(values, value => Assert.Equal("a", value.Text));
        Assert.Equal(5, values.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public async Task MutableValue_ThatIsJustSet_IsNotTheGiversForTheOneWhoGetsIt()
    {
        var given = new Poco { Text = "a" };
        var gate = new Gate();
        _host.Fixture.Remote.Log!.Pass = operation => operation == "last" ? gate.PassAsync(Ct) : Task.CompletedTask;
        var set = Cache.SetAsync("key", given, cancellationToken: Ct).AsTask();
        await gate.Reached;

        var got = await Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "loaded" }), cancellationToken: Ct);
        gate.Open();
        await set;

        Assert.Equal("a", got.Text);
        Assert.NotSame(given, got);
    }

    [Fact]
    public async Task MutableValue_InMemory_IsItsBytesAlone()
    {
        await Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "a" }), cancellationToken: Ct);

        Assert.True(((CachemeHybridCache)Cache).Context.Local.TryFind("key", out var item));

        var kept = Assert.IsType<HybridItem<Poco>>(item);
        Assert.NotNull(kept.Bytes);
        Assert.Null(kept.Value);
    }

    [Fact]
    public async Task MutableValue_ThatNobodyCanReadBack_IsLoadedAnew()
    {
        await using var host = await CachemeHost.StartAsync(services => services.AddSingleton<IHybridCacheSerializer<Own>>(new WriteOnlySerializer()));

        Assert.Equal("1", (await LoadAsync()).Text);
        Assert.Equal("2", (await LoadAsync()).Text);

        ValueTask<Own> LoadAsync() => host.Cache.GetOrCreateAsync("key", _ => new ValueTask<Own>(new Own($"{++_loads}")), cancellationToken: Ct);
    }

    [Fact]
    public async Task Remove_DuringALoadElsewhereThatWritesBehindIt_WhatItWroteIsRemoved()
    {
        await using var other = await _host.StartOtherAsync();
        var loading = new Gate();
        var hearing = new Gate();
        var load = other.Cache.GetOrCreateAsync(
            "key",
            async token =>
            {
                await loading.PassAsync(token);
                return "old";
            },
            cancellationToken: Ct).AsTask();
        await loading.Reached;
        _host.Fixture.Remote.Log!.Pass = operation => operation == "read" ? hearing.PassAsync(Ct) : Task.CompletedTask;

        await Cache.RemoveAsync("key", Ct);
        loading.Open();
        await load;
        await Eventually.HoldsAsync(() => Task.FromResult(_host.SecondTierCount == 1));
        hearing.Open();
        await _host.SettleAsync();

        Assert.Equal(0, _host.SecondTierCount);
    }

    [Fact]
    public async Task Tags_RemovedLongAgo_DoNotCostWhatLivesLongerThanThePolicySays()
    {
        await Cache.SetAsync("a", 10, new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(10) }, tags: ["x"], cancellationToken: Ct);
        await Cache.SetAsync("b", 20, new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(10), Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, tags: ["y"], cancellationToken: Ct);
        await Cache.RemoveByTagAsync("x", Ct);

        // Past the five minutes of the policy, and a look into the log.
        _host.Fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await _host.SettleAsync();

        Assert.Equal((1, 20), (await GetAsync("a"), await GetAsync("b")));
    }

    [Fact]
    public async Task TagOfHybridCache_ByICacheme_HasItsSpaceBeforeIt()
    {
        await Cache.SetAsync("key", 10, tags: ["tag"], cancellationToken: Ct);

        await _host.Fixture.Cacheme.InvalidateTagAsync("tag", Ct);
        Assert.Equal(10, await GetAsync("key"));
        await _host.Fixture.Cacheme.InvalidateTagAsync("hybrid:tag", Ct);
        Assert.Equal(1, await GetAsync("key"));
    }

    [Fact]
    public async Task Tags_LongOnes_AreTags()
    {
        var tag = new string('t', 5000);
        await Cache.SetAsync("key", 10, tags: [tag, tag + "2"], cancellationToken: Ct);

        await Cache.RemoveByTagAsync(tag + "3", Ct);
        Assert.Equal(10, await GetAsync("key"));
        await Cache.RemoveByTagAsync(tag + "2", Ct);
        Assert.Equal(1, await GetAsync("key"));
    }

    // As .NET 11's own overloads do over a provider that was built for .NET 10.
    [Fact]
    public async Task NewerFactories_CallWithBothWritesDisabledAndThenSet()
    {
        var gate = new Gate();
        var callers = Enumerable.Range(0, 10).Select(_ => NewerFactory.GetOrCreateAsync(
            Cache,
            "key",
            async token =>
            {
                await gate.PassAsync(token);
                return (new Poco { Text = $"{Interlocked.Increment(ref _loads)}" }, new HybridCacheEntryOptions { Expiration = TimeSpan.FromSeconds(10) });
            },
            Ct)).ToList();
        await gate.Reached;
        gate.Open();

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("1", value.Text));
        Assert.Equal("1", (await Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco()), cancellationToken: Ct)).Text);
        Assert.Equal(1, _host.Fixture.Remote.CallsOf("set"));
        _host.Fixture.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null((await Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco()), cancellationToken: Ct)).Text);
    }

    private ValueTask<int> GetAsync(string key, HybridCacheEntryOptions? options = null) =>
        Cache.GetOrCreateAsync(key, _ => new ValueTask<int>(Interlocked.Increment(ref _loads)), options, cancellationToken: Ct);

    private static long AllocatedByHits(HybridCache cache, int hits)
    {
        HitOnce(cache);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < hits; i++)
        {
            HitOnce(cache);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void HitOnce(HybridCache cache)
    {
        var byString = cache.GetOrCreateAsync("key", static _ => new ValueTask<string>("loaded"), tags: Tags, cancellationToken: CancellationToken.None);
        var bySpan = cache.GetOrCreateAsync("key".AsSpan(), static _ => new ValueTask<string>("loaded"), tags: Tags, cancellationToken: CancellationToken.None);
        Assert.True(byString.IsCompletedSuccessfully && bySpan.IsCompletedSuccessfully);
    }
}
