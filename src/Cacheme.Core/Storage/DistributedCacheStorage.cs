using Cacheme.Serialization;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Storage;

/// <summary>Any <see cref="IDistributedCache"/> as a storage. The cache belongs to the application, and is not disposed here.</summary>
/// <remarks>
/// A call begins on a thread of the pool, because a cache may block its caller before it returns a task, and then nobody
/// could give up waiting. So many threads at most stand in the cache at once; what comes after them waits without one.
/// Whoever's token fires leaves, whatever the cache makes of the token; a write that was left goes on.
/// </remarks>
internal sealed class DistributedCacheStorage : IStorage
{
    // Nobody writes it. A read is the only way to let a cache connect and to hear whether it can.
    private const string ConnectKey = "cacheme:connect";
    private const int FirstRead = 256;

    private readonly Func<IDistributedCache> _resolve;
    private readonly TimeProvider _time;
    private readonly int _concurrency;
    private readonly SemaphoreSlim _threads;
    private IDistributedCache? _cache;
    private volatile bool _isDisposed;

    /// <param name="resolve">Gives the cache, at the first use; again when it failed.</param>
    /// <param name="time">The clock that values expire by.</param>
    /// <param name="concurrency">The keys of one call under way at once, and the threads of all.</param>
    public DistributedCacheStorage(Func<IDistributedCache> resolve, TimeProvider time, int concurrency)
    {
        _resolve = resolve;
        _time = time;
        _concurrency = concurrency;
        _threads = new SemaphoreSlim(concurrency);
    }

    public async ValueTask ConnectAsync(CancellationToken cancellationToken) =>
        await GetAsync([ConnectKey], cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ThrowIfEnded(cancellationToken);
        var values = new StoredValue[keys.Count];
        await ForEachAsync(keys.Count, OneAsync).ConfigureAwait(false);
        return values;

        Task OneAsync(int i) => CallAsync(
            async cache => values[i] = await ReadAsync(cache, keys[i], cancellationToken).ConfigureAwait(false), cancellationToken);
    }

    public async ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken)
    {
        ThrowIfEnded(cancellationToken);
        var last = LastOfEachKey(writes);
        var now = UnixNow();
        await ForEachAsync(last.Count, OneAsync).ConfigureAwait(false);

        Task OneAsync(int i) =>
            CallAsync(cache => WriteAsync(cache, last[i], now, cancellationToken), cancellationToken);
    }

    public async ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ThrowIfEnded(cancellationToken);
        List<string> distinct = [.. keys.Distinct(StringComparer.Ordinal)];
        await ForEachAsync(distinct.Count, OneAsync).ConfigureAwait(false);

        Task OneAsync(int i) =>
            CallAsync(cache => cache.RemoveAsync(DistributedCacheKey.Of(distinct[i]), cancellationToken), cancellationToken);
    }

    public IInvalidationLog OpenInvalidationLog(string name, int records) => new SharedValueLog(this, name, records, _time);

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return default;
    }

    private async Task<StoredValue> ReadAsync(IDistributedCache cache, string key, CancellationToken cancellationToken)
    {
        var name = DistributedCacheKey.Of(key);
        if (cache is not IBufferDistributedCache buffered)
        {
            return await cache.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } bytes
                ? DistributedCacheEntry.Read(bytes, UnixNow())
                : StoredValue.Absent;
        }

        // Not from a pool: the value is handed out as it lies here, and a cache that ignores its token may still write into it.
        var buffer = new ByteBuffer(FirstRead);
        return await buffered.TryGetAsync(name, buffer, cancellationToken).ConfigureAwait(false)
            ? DistributedCacheEntry.Read(buffer.WrittenMemory, UnixNow())
            : StoredValue.Absent;
    }

    private static Task WriteAsync(IDistributedCache cache, StorageWrite write, long now, CancellationToken cancellationToken)
    {
        var name = DistributedCacheKey.Of(write.Key);
        var options = DistributedCacheEntry.OptionsFor(write.TimeToLive);
        return cache is IBufferDistributedCache buffered
            ? buffered.SetAsync(name, DistributedCacheEntry.ToSequence(write.Value, write.TimeToLive, now), options, cancellationToken).AsTask()
            : cache.SetAsync(name, DistributedCacheEntry.ToArray(write.Value, write.TimeToLive, now), options, cancellationToken);
    }

    // Two writes of one key must not be under way at once: which of them would win is up to the cache.
    private static IReadOnlyList<StorageWrite> LastOfEachKey(IReadOnlyList<StorageWrite> writes)
    {
        if (writes.Count == 1)
        {
            return writes;
        }

        var last = new Dictionary<string, StorageWrite>(writes.Count, StringComparer.Ordinal);
        foreach (var write in writes)
        {
            last[write.Key] = write;
        }

        return [.. last.Values];
    }

    /// <summary>Makes all the calls, so many at once. When one fails the others are made all the same; then the first failure is thrown.</summary>
    private async Task ForEachAsync(int count, Func<int, Task> call)
    {
        var calls = new Task[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(count, _concurrency)).Select(_ => RunAsync())).ConfigureAwait(false);
        await Task.WhenAll(calls).ConfigureAwait(false);

        async Task RunAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                calls[i] = call(i);
                await calls[i].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CallAsync(Func<IDistributedCache, Task> call, CancellationToken cancellationToken)
    {
        await _threads.WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.Run(Begin, CancellationToken.None).ConfigureAwait(false);

        // The thread is free again as soon as the cache has returned its task.
        Task Begin()
        {
            try
            {
                ThrowIfEnded(cancellationToken);
                return call(Cache());
            }
            finally
            {
                _threads.Release();
            }
        }
    }

    private IDistributedCache Cache() => _cache ?? Interlocked.CompareExchange(ref _cache, _resolve(), null) ?? _cache;

    private void ThrowIfEnded(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(DistributedCacheStorage));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private long UnixNow() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
