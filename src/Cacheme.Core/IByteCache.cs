namespace Cacheme;

/// <summary>Bytes under keys, with tags, over a chain of storages: what the faces of other frameworks stand on. Thread-safe.</summary>
/// <remarks>
/// <c>AddByteCache</c> registers one as a keyed service. Arrays are kept and handed out
/// as they are: whoever gives or gets one does not change it. Keys and tags are any text, and apart from those of other caches.
/// </remarks>
public interface IByteCache
{
    /// <summary>Gets what is under a key, from the first tier that has it; null where none has. Counted as a request.</summary>
    /// <remarks>A storage that is down has nothing. A hit in memory allocates nothing; one elsewhere costs a round trip and an array.</remarks>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Puts bytes into every tier, with all their tags or not at all.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="timeToLive">How long they live; null for what the policy says of each tier.</param>
    /// <param name="tags">Their tags; at most 128.</param>
    /// <param name="cancellationToken">When it has fired before, nothing is stored; afterwards it stops the waiting only.</param>
    /// <exception cref="ArgumentException">There are too many bytes or tags, or a tag is blank.</exception>
    /// <exception cref="CacheWriteException">A storage was not reached.</exception>
    ValueTask SetAsync(string key, byte[] value, TimeSpan? timeToLive, IReadOnlyCollection<string> tags, CancellationToken cancellationToken = default);

    /// <summary>Removes a key from every tier, in this process and in those that share a storage with it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting; the removal goes on.</param>
    /// <exception cref="InvalidationException">A storage was not reached; it is removed there later.</exception>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Removes whatever has the tag, in this process and in those that share a storage with it.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Stops waiting; the removal goes on.</param>
    /// <exception cref="ArgumentException">The tag is blank.</exception>
    /// <exception cref="InvalidationException">The storage that carries the news was not reached; it is told later.</exception>
    ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default);
}
