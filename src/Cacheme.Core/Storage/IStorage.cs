namespace Cacheme.Storage;

/// <summary>A remote tier: keys and bytes, outside this process's memory. A new storage implements this and nothing else.</summary>
/// <remarks>
/// Every member takes many keys; one key is a list of one. Implementations answer in the order asked, may be called from
/// many threads at once, and throw when they cannot do what was asked: timeouts, the circuit breaker, the order of writes
/// and the logging are around them, not in them. A token that fires says that nobody waits any more: what cannot be stopped
/// may go on, and its callers have left. Cacheme gives writes and removals no token that fires, and sends the next one of
/// the same key only when the former has ended: so they must not return before that.
/// </remarks>
public interface IStorage : IAsyncDisposable
{
    /// <summary>Whether reads of one key that come at the same time are better sent as one read. Default: false.</summary>
    /// <remarks>
    /// True where many keys are read in one round trip by one server, so that none of them waits for another that is slow or
    /// gone. It is asked at each read, and must be quick.
    /// </remarks>
    bool BatchesReads => false;

    /// <summary>The leases by which the processes that share the storage load a value once. Default: null, it has none.</summary>
    IStorageLeases? Leases => null;

    /// <summary>Prolongs the lives of values without them. Default: null, it cannot; what slides is then read and written again.</summary>
    IStorageLifetimes? Lifetimes => null;

    /// <summary>Opens the log by which the processes that share the storage tell each other what was invalidated. Default: null, there is none.</summary>
    /// <remarks>Called once at most, when the host starts; it must be quick, and connects later. The log ends with the storage.</remarks>
    /// <param name="name">Names the log among those of other applications in the storage: as a key, which is no node's.</param>
    /// <param name="records">The records it keeps at least; it may keep as many more.</param>
    IInvalidationLog? OpenInvalidationLog(string name, int records) => null;

    /// <summary>Opens what the storage needs (a connection, a file, a table). Called when the host starts; may be called again.</summary>
    /// <remarks>It may also never be called: each operation connects by itself where that was not done.</remarks>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    ValueTask ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Reads the values of the keys, in one round trip where the storage can.</summary>
    /// <param name="keys">The keys, at least one; a key may stand more than once.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; one that has fired before makes it throw.</param>
    /// <returns>A value for each key, in the keys' order; <see cref="StoredValue.Absent"/> for a key that is not there or has expired.</returns>
    ValueTask<IReadOnlyList<StoredValue>> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Writes the values, over any that are there.</summary>
    /// <param name="writes">What to write, at least one; of two writes of one key the later one wins.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; the writes may still happen. One that has fired before makes it throw.</param>
    ValueTask SetAsync(IReadOnlyList<StorageWrite> writes, CancellationToken cancellationToken);

    /// <summary>Removes the keys; a key that is not there is no error.</summary>
    /// <param name="keys">The keys, at least one.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; the removals may still happen. One that has fired before makes it throw.</param>
    ValueTask RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);
}
