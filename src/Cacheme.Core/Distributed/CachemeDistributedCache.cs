using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Distributed;

/// <summary>An <see cref="IDistributedCache"/> over a cache of bytes: callers give and get bytes of their own. Thread-safe.</summary>
/// <remarks>The synchronous members wait on the caller's thread for what their asynchronous twins do, but for a hit in memory, which waits for nothing.</remarks>
internal sealed class CachemeDistributedCache(ByteCache cache) : IBufferDistributedCache
{
    /// <summary>What it stands on.</summary>
    internal ByteCache Bytes => cache;

    public byte[]? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return cache.TryHit(key, out var bytes) ? bytes.ToArray() : Find(key);
    }

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return !token.IsCancellationRequested && cache.TryHit(key, out var bytes) ? Task.FromResult<byte[]?>(bytes.ToArray()) : FindAsync(key, token);
    }

    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);
        return TryCopyHit(key, destination) || TryFind(key, destination);
    }

    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);
        return !token.IsCancellationRequested && TryCopyHit(key, destination) ? new(true) : new(TryFindAsync(key, destination, token));
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Blocking.Wait(() => SetAsync(key, value, options));

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return StoreAsync(key, new ReadOnlySequence<byte>(value), options, token);
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        Blocking.Wait(() => SetAsync(key, value, options).AsTask());

    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(StoreAsync(key, value, options, token));
    }

    public void Refresh(string key) => Blocking.Wait(() => RefreshAsync(key));

    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return cache.RefreshAsync(key, token).AsTask();
    }

    public void Remove(string key) => Blocking.Wait(() => RemoveAsync(key));

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return cache.RemoveAsync(key, token).AsTask();
    }

    // The two below have closures, which a hit must not pay for.
    private byte[]? Find(string key) => Blocking.Wait(() => FindAsync(key, CancellationToken.None));

    private bool TryFind(string key, IBufferWriter<byte> destination) => Blocking.Wait(() => TryFindAsync(key, destination, CancellationToken.None));

    private async Task<byte[]?> FindAsync(string key, CancellationToken token)
    {
        var found = await cache.GetAsync(key, token).ConfigureAwait(false);
        return found.Found ? found.Value.ToArray() : null;
    }

    private async Task<bool> TryFindAsync(string key, IBufferWriter<byte> destination, CancellationToken token)
    {
        var found = await cache.GetAsync(key, token).ConfigureAwait(false);
        if (found.Found)
        {
            destination.Write(found.Value.Span);
        }

        return found.Found;
    }

    private bool TryCopyHit(string key, IBufferWriter<byte> destination)
    {
        if (!cache.TryHit(key, out var bytes))
        {
            return false;
        }

        destination.Write(bytes.Span);
        return true;
    }

    // Not async: the caller's memory is copied before this returns, and what is wrong with the arguments is told at once.
    private Task StoreAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(options);
        var life = DistributedLife.Of(options, cache.UtcNow);
        return cache.SetAsync(key, value.ToArray(), life, [], token).AsTask();
    }
}
