using System.Buffers;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Distributed;

/// <summary>What Cacheme's IDistributedCache does over a remote storage that can be disturbed.</summary>
public sealed class CachemeDistributedCacheTests : IAsyncDisposable
{
    private static readonly DistributedCacheEntryOptions None = new();
    private readonly CacheFixture _far = new(static cacheme => cacheme.AddDistributedCache("remote"));
    private readonly CacheFixture _near = new(static cacheme => cacheme.AddDistributedCache(
        static policy => policy.Cache("local", TimeSpan.FromSeconds(30)).Cache("remote").MaxPayload(1000)));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _far.DisposeAsync();
        await _near.DisposeAsync();
    }

    [Fact]
    public async Task Get_StorageIsDown_IsAMiss()
    {
        await Cache(_far).SetAsync("key", [1], None, Ct);
        _far.Remote.Before = static (_, _) => Task.FromException(new IOException());

        Assert.Null(await Cache(_far).GetAsync("key", Ct));
        Assert.Null(Cache(_far).Get("key"));
        await Cache(_far).RefreshAsync("key", Ct);
    }

    [Fact]
    public async Task Get_StorageIsDownAndThePolicyWantsToKnow_SaysWhich()
    {
        await using var fixture = Strict();
        var cache = (IBufferDistributedCache)Cache(fixture);
        Assert.Null(await cache.GetAsync("nothing", Ct));
        await cache.SetAsync("key", [1], None, Ct);
        fixture.Remote.Before = static (_, _) => Task.FromException(new IOException());

        var error = await Assert.ThrowsAsync<CacheReadException>(() => cache.GetAsync("key", Ct));
        Assert.Equal(["remote"], error.Storages);
        Assert.IsType<IOException>(error.InnerException);
        Assert.Throws<CacheReadException>(() => cache.Get("key"));
        Assert.Throws<CacheReadException>(() => cache.TryGet("key", new ArrayBufferWriter<byte>()));
        Assert.Equal(4, fixture.Cacheme.Stats("distributed").MissCount);
    }

    [Fact]
    public async Task Get_OfAKeyWhoseSetFailedAndThePolicyWantsToKnow_SaysWhere()
    {
        await using var fixture = Strict();
        await Cache(fixture).SetAsync("key", [1], None, Ct);
        fixture.Remote.Before = static (operation, _) => operation is "get" ? Task.CompletedTask : Task.FromException(new IOException());
        await Assert.ThrowsAsync<CacheWriteException>(() => Cache(fixture).SetAsync("key", [2], None, Ct));

        var error = await Assert.ThrowsAsync<CacheReadException>(() => Cache(fixture).GetAsync("key", Ct));

        Assert.Equal(["remote"], error.Storages);
        Assert.Null(await Cache(fixture).GetAsync("nothing", Ct));
    }

    [Fact]
    public async Task SetAndRemove_StorageIsDown_SayWhich()
    {
        _far.Remote.Before = static (_, _) => Task.FromException(new IOException());

        var set = await Assert.ThrowsAsync<CacheWriteException>(() => Cache(_far).SetAsync("key", [1], None, Ct));
        var removal = await Assert.ThrowsAsync<InvalidationException>(() => Cache(_far).RemoveAsync("key", Ct));

        Assert.Equal(["remote", "remote"], [.. set.Storages, .. removal.Storages]);
        Assert.Throws<CacheWriteException>(() => Cache(_far).Set("key", [1], None));
        Assert.Throws<InvalidationException>(() => Cache(_far).Remove("key"));
    }

    [Fact]
    public async Task Set_Failed_WhatWasThereBeforeDoesNotComeBack()
    {
        await Cache(_far).SetAsync("key", [1], None, Ct);
        _far.Remote.Before = static (operation, _) => operation is "get" ? Task.CompletedTask : Task.FromException(new IOException());
        await Assert.ThrowsAsync<CacheWriteException>(() => Cache(_far).SetAsync("key", [2], None, Ct));

        Assert.Null(await Cache(_far).GetAsync("key", Ct));
    }

    [Fact]
    public async Task Get_SetByAnotherProcessDuringAnOlderGet_FindsTheNewValue()
    {
        var gate = new Gate();
        _far.Remote.AfterGet = () => gate.PassAsync();
        await Cache(_far).SetAsync("key", [1], None, Ct);
        var older = Cache(_far).GetAsync("key", Ct);
        await gate.Reached;
        await using var there = new CacheFixture(static cacheme => cacheme.AddDistributedCache("remote"), sharing: _far);
        await Cache(there).SetAsync("key", [2], None, Ct);

        _far.Remote.AfterGet = null;
        var newer = await Cache(_far).GetAsync("key", Ct);
        gate.Open();

        Assert.Equal([1], await older);
        Assert.Equal([2], newer);
    }

    [Fact]
    public async Task Members_WithoutTheirAsync_DoNotNeedTheCallersThread()
    {
        // A storage that goes on where it was called: the worst there is.
        _far.Remote.Before = static async (_, _) => await Task.Yield();
        using var thread = new OneThread();

        var found = await thread.RunAsync(() =>
        {
            Cache(_far).Set("key", [1], None);
            Cache(_far).Refresh("key");
            var value = Cache(_far).Get("key");
            Cache(_far).Remove("key");
            return value;
        }).WaitAsync(Patience.Limit, Ct);

        Assert.Equal([1], found);
    }

    [Fact]
    public async Task Get_InMemory_WaitsForNothing()
    {
        var cache = (IBufferDistributedCache)Cache(_near);
        await cache.SetAsync("key", [1], new() { SlidingExpiration = TimeSpan.FromHours(1) }, Ct);
        _near.Remote.Before = static (_, token) => Task.Delay(Timeout.Infinite, token);
        var writer = new ArrayBufferWriter<byte>();

        Assert.Equal([1], cache.Get("key"));
        Assert.True(cache.GetAsync("key", Ct).IsCompletedSuccessfully);
        Assert.True(cache.TryGet("key", writer));
        Assert.True(cache.TryGetAsync("key", writer, Ct).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task TryGet_InMemory_AllocatesNothing()
    {
        var cache = (IBufferDistributedCache)Cache(_near);
        await cache.SetAsync("key", new byte[500], None, Ct);
        var writer = new ArrayBufferWriter<byte>(1000);
        Assert.True(cache.TryGet("key", writer));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            writer.ResetWrittenCount();
            cache.TryGet("key", writer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Set_OverThePayload_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Cache(_near).SetAsync("key", new byte[1001], None, Ct));

        Assert.Contains("MaxPayload", error.Message, StringComparison.Ordinal);
        await Cache(_near).SetAsync("key", new byte[1000], new() { SlidingExpiration = TimeSpan.FromHours(1), AbsoluteExpirationRelativeToNow = TimeSpan.FromDays(1) }, Ct);
        Assert.Equal([_near.Remote.Keys.Single()], ["cacheme:distributed:key:"]);
    }

    [Fact]
    public async Task Expiration_TheLongestThereIs_IsForEver()
    {
        DistributedCacheEntryOptions[] all =
        [
            new() { AbsoluteExpiration = DateTimeOffset.MaxValue },
            new() { AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue, AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.FromTicks(1), AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
        ];
        foreach (var (options, i) in all.Select(static (options, i) => (options, i)))
        {
            await Cache(_far).SetAsync($"key {i}", [1], options, Ct);
            Assert.Equal([1], await Cache(_far).GetAsync($"key {i}", Ct));
        }

        _far.Time.Advance(TimeSpan.FromDays(3_000));

        var lengths = await Task.WhenAll(all.Select(async (_, i) => (await Cache(_far).GetAsync($"key {i}", Ct))?.Length ?? 0));
        Assert.Equal([1, 1, 1, 1, 0], lengths);
    }

    [Fact]
    public async Task Statistics_AGetIsARequest()
    {
        var cache = Cache(_near);
        await cache.GetAsync("key", Ct);
        await cache.SetAsync("key", [1], None, Ct);
        cache.Get("key");
        _near.Time.Advance(TimeSpan.FromSeconds(30));
        await cache.GetAsync("key", Ct);
        await cache.RefreshAsync("key", Ct);
        await cache.RemoveAsync("key", Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.GetAsync("key", new CancellationToken(canceled: true)));

        var stats = _near.Cacheme.Stats("distributed");

        Assert.Equal((3, 1, 1, 1), (stats.RequestCount, stats.MissCount, stats.HitsByStorage["local"], stats.HitsByStorage["remote"]));
        Assert.Equal((1, 1, 1, 1, 0, 0), (stats.SetCount, stats.RefreshCount, stats.InvalidationCount, stats.CancelledCount, stats.LoadCount, stats.TryGetCount));
    }

    private static CacheFixture Strict() => new(static cacheme => cacheme.AddDistributedCache(static policy => policy.Cache("remote").ThrowWhenUnreachable()));

    private static IDistributedCache Cache(CacheFixture fixture) => fixture.Services.GetRequiredService<IDistributedCache>();
}
