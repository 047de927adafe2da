using System.Globalization;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Tests.Storage.DistributedCaches;

/// <summary>What a storage over somebody else's cache does that the contract does not ask of every storage.</summary>
public sealed class DistributedCacheStorageTests : IDisposable
{
    private const int Concurrency = 4;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 50).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private readonly FakeDistributedCache _cache = new();
    private int _inside;
    private int _most;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Connect_CacheThatFails_Fails()
    {
        _cache.Before = (_, _, _) => throw new IOException();

        await Assert.ThrowsAsync<IOException>(() => StorageOver(_cache).ConnectAsync(Token).AsTask());
    }

    [Fact]
    public async Task Operations_CacheCannotBeMade_AreTriedAgain()
    {
        var attempts = 0;
        var storage = new DistributedCacheStorage(() => attempts++ == 0 ? throw new IOException() : _cache, TimeProvider.System, Concurrency);

        await Assert.ThrowsAsync<IOException>(() => storage.ConnectAsync(Token).AsTask());
        await storage.ConnectAsync(Token);
        await storage.ConnectAsync(Token);

        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Get_ManyKeys_AreAskedForABoundedNumberAtOnce()
    {
        var gate = CountAndHold();
        var reading = StorageOver(_cache).GetAsync(Keys, Token).AsTask();
        await gate.Reached;

        gate.Open();

        await reading.WaitAsync(Patience.Limit, Token);
        Assert.Equal(Concurrency, _most);
        Assert.Equal(Keys.Length, _cache.Calls.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SetAndRemove_SomeKeysFail_FailAfterAllOthersAreDone(bool synchronously)
    {
        var storage = StorageOver(_cache);
        StorageWrite[] writes = [.. Keys.Select(key => new StorageWrite(key, new byte[] { 1 }, null))];
        await storage.SetAsync(writes, Token);
        _cache.Before = (_, name, _) =>
            name[0] != '1' ? Task.CompletedTask : synchronously ? throw new IOException() : Task.FromException(new IOException());

        await Assert.ThrowsAsync<IOException>(() => storage.RemoveAsync(Keys, Token).AsTask());
        Assert.Equal(11, _cache.Names.Count); // 1, and 10 to 19: more than are under way at once.

        await Assert.ThrowsAsync<IOException>(() => storage.SetAsync(writes, Token).AsTask());
        Assert.Equal(Keys.Length, _cache.Names.Count);
    }

    [Fact]
    public async Task Get_OneKeyFails_Fails()
    {
        _cache.Before = (_, name, _) => name == "7" ? throw new IOException() : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(() => StorageOver(_cache).GetAsync(Keys, Token).AsTask());
    }

    [Fact]
    public async Task Set_OneKeyManyTimes_IsOneCall()
    {
        await StorageOver(_cache).SetAsync([.. Enumerable.Range(0, 100).Select(i => new StorageWrite("a", new[] { (byte)i }, null))], Token);

        Assert.Equal([("set", "a")], _cache.Calls);
        Assert.Equal(99, _cache.Find("a")![^1]);
    }

    [Fact]
    public async Task Operations_Token_IsPassedOn()
    {
        using var leaving = new CancellationTokenSource();
        var gate = new Gate();
        _cache.Before = (_, _, token) => gate.PassAsync(token);
        var reading = StorageOver(_cache).GetAsync(Keys, leaving.Token).AsTask();
        await gate.Reached;

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience.Limit, Token));
        Assert.True(_cache.Calls.Count <= Concurrency); // Those that had not begun never did.
    }

    [Fact]
    public async Task Operations_CacheBlocksItsCaller_ReturnATaskAndHoldABoundedNumberOfThreads()
    {
        using var open = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        _cache.Before = (_, _, _) =>
        {
            Enter();
            entered.Release();
            open.Wait(Patience.Limit, CancellationToken.None);
            Interlocked.Decrement(ref _inside);
            return Task.CompletedTask;
        };
        var storage = StorageOver(_cache);
        var calls = Task.CompletedTask;
        var caller = new Thread(() => calls = Task.WhenAll(Array.ConvertAll(Keys, key => storage.GetAsync([key], Token).AsTask())));

        caller.Start();
        Assert.True(caller.Join(Patience.Limit / 2), "The caller was blocked.");
        for (var i = 0; i < Concurrency; i++)
        {
            Assert.True(await entered.WaitAsync(Patience.Limit, Token));
        }

        await QueueIsEmptyAsync();
        Assert.Equal(Concurrency, _most);
        open.Set();

        await calls.WaitAsync(Patience.Limit, Token);
        Assert.Equal(Concurrency, _most);
    }

    [Fact]
    public async Task Operations_WaitForAThread_LeaveWithoutOneWhenTheirTokenFires()
    {
        using var open = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        using var full = new CountdownEvent(Concurrency);
        _cache.Before = (_, _, _) =>
        {
            full.Signal();
            open.Wait(Patience.Limit, CancellationToken.None);
            return Task.CompletedTask;
        };
        var storage = StorageOver(_cache);
        List<Task> blocked = [.. Keys[..Concurrency].Select(key => storage.GetAsync([key], Token).AsTask())];
        Assert.True(full.Wait(Patience.Limit, Token));
        var waiting = storage.GetAsync(["late"], leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience.Limit, Token));
        open.Set();
        await Task.WhenAll(blocked).WaitAsync(Patience.Limit, Token);
        Assert.DoesNotContain(("get", "late"), _cache.Calls);
    }

    [Fact]
    public async Task Get_RubbishUnderTheName_IsAbsentAndIsReplaced()
    {
        var storage = StorageOver(_cache);
        _cache.Put("a", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);

        Assert.False(Assert.Single(await storage.GetAsync(["a"], Token)).Exists);
        await storage.SetAsync([new StorageWrite("a", new byte[] { 1 }, null)], Token);

        Assert.True(Assert.Single(await storage.GetAsync(["a"], Token)).Exists);
    }

    [Fact]
    public async Task Set_Life_IsLongerForTheCache()
    {
        await StorageOver(_cache).SetAsync([new StorageWrite("a", new byte[] { 1 }, TimeSpan.FromMilliseconds(1_500))], Token);

        Assert.Equal(TimeSpan.FromSeconds(3), _cache.OptionsOf("a").AbsoluteExpirationRelativeToNow);
    }

    [Fact]
    public async Task Set_CacheThatTakesBuffers_GetsTheValueItself()
    {
        var value = new byte[10_000];
        var cache = new FakeBufferDistributedCache();

        await StorageOver(cache).SetAsync([new StorageWrite("a", value, null)], Token);

        var written = Assert.Single(cache.Written);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(written.Slice(DistributedCacheEntry.HeaderLength).First, out var array));
        Assert.Same(value, array.Array);
    }

    [Fact]
    public async Task Dispose_CacheOfTheApplication_IsLeftAlone()
    {
        var storage = StorageOver(_cache);
        await storage.ConnectAsync(Token);

        await storage.DisposeAsync();

        Assert.False(_cache.IsDisposed);
    }

    private static DistributedCacheStorage StorageOver(IDistributedCache cache) => new(() => cache, TimeProvider.System, Concurrency);

    /// <summary>Everything that was queued to the pool before has begun.</summary>
    private static Task QueueIsEmptyAsync()
    {
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(last => last.SetResult(), last, preferLocal: false);
        return last.Task.WaitAsync(Patience.Limit, Token);
    }

    /// <summary>A gate that is reached when as many as may are inside.</summary>
    private Gate CountAndHold()
    {
        var gate = new Gate();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cache.Before = async (_, _, token) =>
        {
            if (Enter() == Concurrency)
            {
                await gate.PassAsync(token);
                opened.TrySetResult();
            }

            await opened.Task.WaitAsync(token);
            Interlocked.Decrement(ref _inside);
        };
        return gate;
    }

    private int Enter()
    {
        var inside = Interlocked.Increment(ref _inside);
        InterlockedMax(inside);
        return inside;
    }

    private void InterlockedMax(int value)
    {
        for (var before = _most; before < value; before = _most)
        {
            Interlocked.CompareExchange(ref _most, value, before);
        }
    }
}
