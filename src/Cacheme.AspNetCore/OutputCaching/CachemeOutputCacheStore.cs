using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;

namespace Cacheme.AspNetCore.OutputCaching;

/// <summary>Keeps what the output caching middleware stores in a cache of bytes. Thread-safe.</summary>
/// <remarks>
/// The middleware takes a failed read or write for "not cached", and logs it. It gives the request's token with a write: where
/// the client has left by then, nothing is stored, since a handler that heeded it may have stopped halfway.
/// </remarks>
internal sealed class CachemeOutputCacheStore(IByteCache cache) : IOutputCacheStore, IOutputCacheBufferStore
{
    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => cache.GetAsync(key, cancellationToken);

    public async ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } value)
        {
            return false;
        }

        await destination.WriteAsync(value, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken) =>
        cache.SetAsync(key, value, validFor, tags ?? [], cancellationToken);

    // Both are the caller's again when this ends, and what is in memory stays.
    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken) =>
        cache.SetAsync(key, value.ToArray(), validFor, tags.ToArray(), cancellationToken);

    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => cache.RemoveByTagAsync(tag, cancellationToken);
}
