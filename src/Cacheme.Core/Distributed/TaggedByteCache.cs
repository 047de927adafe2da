using System.Runtime.InteropServices;
using Cacheme.Nodes;

namespace Cacheme.Distributed;

/// <summary>A cache of bytes as other packages see it.</summary>
internal sealed class TaggedByteCache(ByteCache cache) : IByteCache
{
    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return cache.TryHit(key, out var bytes) ? new(ArrayOf(bytes)) : FindAsync(key, cancellationToken);
    }

    public ValueTask SetAsync(
        string key, byte[] value, TimeSpan? timeToLive, IReadOnlyCollection<string> tags, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(tags);
        if (timeToLive is { } life)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero, nameof(timeToLive));
        }

        if (tags.Any(string.IsNullOrWhiteSpace) || tags.Count > Tag.MostOfOne)
        {
            throw new ArgumentException($"An entry has {Tag.MostOfOne} tags at most, and none of them is blank; here are {tags.Count}.", nameof(tags));
        }

        // Of an answer whose client has left nobody knows whether it is whole.
        cancellationToken.ThrowIfCancellationRequested();
        return cache.SetAsync(key, value, new ByteLife(timeToLive), tags, cancellationToken);
    }

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return cache.RemoveAsync(key, cancellationToken);
    }

    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        return cache.RemoveByTagAsync([tag], cancellationToken);
    }

    private async ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken) =>
        await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { Found: true } found ? ArrayOf(found.Value) : null;

    // In memory they are an array of their own.
    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array is { } whole && segment.Count == whole.Length ? whole : bytes.ToArray();
}
