using Cacheme.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Cacheme.Tests.Distributed;

/// <summary>What slides: when the remote storage is told of uses, and what becomes of it.</summary>
public sealed class SlidingTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DistributedCacheEntryOptions TwentyMinutes = new() { SlidingExpiration = Minute * 20 };
    private readonly CacheFixture _far = new(static cacheme => cacheme.AddDistributedCache("remote"));
    private readonly CacheFixture _near = new(static cacheme => cacheme.AddDistributedCache("local", "remote"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _far.DisposeAsync();
        await _near.DisposeAsync();
    }

    [Fact]
    public async Task Gets_WithinATenthOfTheSpanOrAMinute_TellTheStorageOnce()
    {
        foreach (var fixture in new[] { _far, _near })
        {
            await Cache(fixture).SetAsync("short", [1], new() { SlidingExpiration = TimeSpan.FromSeconds(100) }, Ct);
            await Cache(fixture).SetAsync("long", [1], TwentyMinutes, Ct);

            for (var second = 1; second <= 60; second++)
            {
                fixture.Time.Advance(TimeSpan.FromSeconds(1));
                Assert.NotNull(await Cache(fixture).GetAsync("short", Ct));
                Assert.NotNull(await Cache(fixture).GetAsync("long", Ct));
                await Cache(fixture).RefreshAsync("long", Ct);
            }

            Assert.Equal((6, 1), (Told(fixture, "short"), Told(fixture, "long")));
            Assert.Equal(2, fixture.Remote.CallsOf("set"));
        }
    }

    [Fact]
    public async Task Refresh_BehindAGet_AsksTheStorageForNothing()
    {
        await Cache(_far).SetAsync("key", [1], TwentyMinutes, Ct);
        _far.Time.Advance(Minute * 5);
        await Cache(_far).GetAsync("key", Ct);
        var calls = _far.Remote.Calls.Count;

        await Cache(_far).RefreshAsync("key", Ct);
        Assert.Equal(calls, _far.Remote.Calls.Count);
        _far.Time.Advance(TimeSpan.FromSeconds(70));
        await Cache(_far).RefreshAsync("key", Ct);

        Assert.Equal(["get", "prolong"], _far.Remote.Calls.Skip(calls).Select(static call => call.Operation));
    }

    [Fact]
    public async Task Storage_KeepsItNoShorterThanTheSpanSinceTheLastUse()
    {
        await Cache(_far).SetAsync("key", [1], TwentyMinutes, Ct);
        _far.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await Cache(_far).GetAsync("key", Ct));
        Assert.Equal(0, Told(_far, "key"));

        _far.Time.Advance((Minute * 20) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await Cache(_far).GetAsync("key", Ct));
        _far.Time.Advance(Minute * 21);
        Assert.Null(await Cache(_far).GetAsync("key", Ct));
    }

    [Fact]
    public async Task Storage_KeepsItNoLongerThanItsAbsoluteEnd()
    {
        await Cache(_far).SetAsync("key", [1], new() { SlidingExpiration = Minute * 20, AbsoluteExpirationRelativeToNow = Minute * 30 }, Ct);
        _far.Time.Advance(Minute * 15);
        Assert.NotNull(await Cache(_far).GetAsync("key", Ct));
        Assert.Equal(1, Told(_far, "key"));

        _far.Time.Advance(Minute * 15);

        Assert.Empty(_far.Remote.Keys);
    }

    [Fact]
    public async Task Memory_EndsItToTheMillisecond()
    {
        await using var local = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local"));
        await Cache(local).SetAsync("key", [1], TwentyMinutes, Ct);
        local.Time.Advance((Minute * 20) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(Cache(local).Get("key"));
        local.Time.Advance((Minute * 20) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(Cache(local).Get("key"));

        local.Time.Advance(Minute * 20);

        Assert.Null(Cache(local).Get("key"));
        Assert.Equal(1, local.Cacheme.Stats("distributed").MissCount);
    }

    [Fact]
    public async Task Memory_NobodyUsesIt_IsSwept()
    {
        await using var local = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local"));
        using var entries = new MetricCollector<long>(local.Meters, "Cacheme", "cacheme.cache.entries");
        await Cache(local).SetAsync("idle", [1], TwentyMinutes, Ct);
        await Cache(local).SetAsync("used", [1], TwentyMinutes, Ct);

        for (var minute = 0; minute < 25; minute++)
        {
            local.Time.Advance(Minute);
            Assert.NotNull(Cache(local).Get("used"));
        }

        entries.RecordObservableInstruments();
        Assert.Equal(1, entries.LastMeasurement?.Value);
    }

    [Fact]
    public async Task HitsInMemory_KeepItInTheStorage()
    {
        await Cache(_near).SetAsync("key", [1], TwentyMinutes, Ct);
        for (var i = 0; i < 10; i++)
        {
            _near.Time.Advance(Minute * 19);
            Assert.NotNull(Cache(_near).Get("key"));
        }

        Assert.Equal((10, 0), (Told(_near, "key"), _near.Remote.CallsOf("get")));
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local", "remote"), sharing: _near);
        Assert.NotNull(await Cache(there).GetAsync("key", Ct));
    }

    [Fact]
    public async Task Idle_InMemoryOnly_IsFoundWhereAnotherProcessUsesIt()
    {
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local", "remote"), sharing: _near);
        await Cache(_near).SetAsync("key", [1], TwentyMinutes, Ct);
        for (var i = 0; i < 3; i++)
        {
            _near.Time.Advance(Minute * 10);
            Assert.NotNull(await Cache(there).GetAsync("key", Ct));
        }

        Assert.NotNull(await Cache(_near).GetAsync("key", Ct));
        Assert.Equal(1, _near.Cacheme.Stats("distributed").HitsByStorage["remote"]);
    }

    [Fact]
    public async Task Use_AfterANewerSetOfAnotherProcess_KeepsTheNewValueAndItsEnd()
    {
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("remote"), sharing: _far);
        await Cache(_far).SetAsync("key", [1], TwentyMinutes, Ct);
        await Cache(_far).SetAsync("for ever", [1], TwentyMinutes, Ct);
        await Cache(there).SetAsync("key", [2], new() { AbsoluteExpirationRelativeToNow = Minute * 3 }, Ct);
        await Cache(there).SetAsync("for ever", [2], new(), Ct);
        _far.Time.Advance(Minute * 2);

        // What it knows of them is old.
        await Cache(_far).RefreshAsync("key", Ct);
        await Cache(_far).RefreshAsync("for ever", Ct);

        Assert.Equal([2], await Cache(there).GetAsync("key", Ct));
        _far.Time.Advance(Minute);
        Assert.Null(await Cache(there).GetAsync("key", Ct));
        _far.Time.Advance(Minute * 60);
        Assert.Equal([2], await Cache(there).GetAsync("for ever", Ct));
    }

    [Theory]
    [InlineData(20, 2)]
    [InlineData(2, 20)]
    public async Task Refresh_AfterANewerSetOfAnotherProcess_GoesByItsSpan(int before, int after)
    {
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("remote"), sharing: _far);
        await Cache(_far).SetAsync("key", [1], new() { SlidingExpiration = Minute * before }, Ct);
        _far.Time.Advance(Minute / 6);
        await Cache(there).SetAsync("key", [2], new() { SlidingExpiration = Minute * after }, Ct);
        _far.Time.Advance(Minute / 2);

        await Cache(_far).RefreshAsync("key", Ct);

        _far.Time.Advance(Minute * after - TimeSpan.FromMilliseconds(1));
        Assert.Equal([2], await Cache(there).GetAsync("key", Ct));
        _far.Time.Advance(Minute * after * 1.1 + TimeSpan.FromMilliseconds(1));
        Assert.Null(await Cache(there).GetAsync("key", Ct));
    }

    // Uses are told late, and never at all where that can do no harm: here it is seen from outside, for any order of things.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TwoProcesses_AnyOrder_EndNeverBeforeTheSpanAndSoonAfterIt(int seed)
    {
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("remote"), sharing: _far);
        IDistributedCache[] caches = [Cache(_far), Cache(there)];
        var random = new Random(seed);
        var model = new SlidingModel();
        for (var step = 0; step < 4_000; step++)
        {
            _far.Time.Advance(TimeSpan.FromSeconds(random.Next(1, random.Next(3) > 0 ? 8 : 90)));
            var (cache, now) = (caches[random.Next(2)], _far.Time.GetUtcNow());
            switch (random.Next(10))
            {
                case < 3:
                    var span = TimeSpan.FromSeconds(random.Next(5, random.Next(2) == 0 ? 20 : 600));
                    var end = random.Next(2) == 0 ? default(TimeSpan?) : TimeSpan.FromSeconds(random.Next(5, 1_200));
                    await cache.SetAsync("key", BitConverter.GetBytes(step), new() { SlidingExpiration = span, AbsoluteExpirationRelativeToNow = end }, Ct);
                    model.Set(step, span, end, now);
                    break;
                case < 4 when random.Next(4) == 0:
                    await cache.RemoveAsync("key", Ct);
                    model.Remove();
                    break;
                case < 7:
                    await cache.RefreshAsync("key", Ct);
                    model.Use(now);
                    break;
                default:
                    var found = await cache.GetAsync("key", Ct);
                    model.Check(found is null ? null : BitConverter.ToInt32(found), now);
                    break;
            }
        }
    }

    [Fact]
    public async Task StorageDoesNotAnswer_TheNextUseTellsItAgain()
    {
        await Cache(_near).SetAsync("key", [1], TwentyMinutes, Ct);
        _near.Time.Advance(Minute * 2);
        _near.Remote.Before = static (_, _) => Task.FromException(new IOException());
        Assert.NotNull(Cache(_near).Get("key"));
        _near.Remote.Before = null;

        Assert.NotNull(Cache(_near).Get("key"));

        Assert.Equal(2, Told(_near, "key"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StorageThatCannotProlong_IsWrittenToAgain(bool inMemoryToo)
    {
        var fixture = inMemoryToo ? _near : _far;
        fixture.Remote.Prolongs = false;
        await Cache(fixture).SetAsync("key", [1], new() { SlidingExpiration = Minute * 20, AbsoluteExpirationRelativeToNow = Minute * 100 }, Ct);
        for (var i = 0; i < 5; i++)
        {
            fixture.Time.Advance(Minute * 19);
            Assert.Equal([1], await Cache(fixture).GetAsync("key", Ct));
        }

        Assert.Equal((6, 0), (fixture.Remote.CallsOf("set"), fixture.Remote.CallsOf("prolong")));
        fixture.Time.Advance(Minute * 5);
        Assert.Null(await Cache(fixture).GetAsync("key", Ct));
    }

    [Fact]
    public async Task StorageThatCannotProlong_ASetMeanwhile_IsNotOverwritten()
    {
        _far.Remote.Prolongs = false;
        await Cache(_far).SetAsync("key", [1], TwentyMinutes, Ct);
        _far.Time.Advance(Minute * 2);
        var gate = new Gate();
        var reads = 0;
        _far.Remote.AfterGet = () => ++reads == 2 ? gate.PassAsync() : Task.CompletedTask;
        var older = Cache(_far).GetAsync("key", Ct);
        await gate.Reached;

        await Cache(_far).SetAsync("key", [2], TwentyMinutes, Ct);
        gate.Open();

        Assert.Equal([1], await older);
        Assert.Equal([2], await Cache(_far).GetAsync("key", Ct));
        Assert.Equal(2, _far.Remote.CallsOf("set"));
    }

    [Fact]
    public async Task StorageThatCannotProlong_ARemovalMeanwhile_IsNotUndone()
    {
        _far.Remote.Prolongs = false;
        await Cache(_far).SetAsync("key", [1], TwentyMinutes, Ct);
        _far.Time.Advance(Minute * 2);
        var gate = new Gate();
        var reads = 0;
        _far.Remote.AfterGet = () => ++reads == 2 ? gate.PassAsync() : Task.CompletedTask;
        var older = Cache(_far).GetAsync("key", Ct);
        await gate.Reached;

        await Cache(_far).RemoveAsync("key", Ct);
        gate.Open();

        Assert.Equal([1], await older);
        Assert.Null(await Cache(_far).GetAsync("key", Ct));
    }

    private static int Told(CacheFixture fixture, string key) =>
        fixture.Remote.Calls.Count(call => call.Operation == "prolong" && call.Keys[0].Contains($":{key}:", StringComparison.Ordinal));

    private static IDistributedCache Cache(CacheFixture fixture) => fixture.Services.GetRequiredService<IDistributedCache>();
}
