namespace Cacheme.Storage;

/// <summary>A log in a storage that every process which shares it appends to and reads: how they tell each other what was invalidated.</summary>
/// <remarks>
/// Records have one order, which all processes see alike: each has a sequence number over all that were there before it,
/// not necessarily the next one. Who has read a record never finds, later, another one before it. A record may be appended
/// twice where an answer was lost. The log keeps its last records only; who comes too late finds those that he has read gone,
/// as after a loss of the storage's data, and takes that for "everything may have changed". May be called from many threads
/// at once; every member throws when it cannot do what was asked, and connects by itself.
/// </remarks>
public interface IInvalidationLog
{
    /// <summary>Whether <see cref="Listen"/> tells of a record when it comes. Default: false, and readers look again and again.</summary>
    bool Pushes => false;

    /// <summary>Appends a record behind all others.</summary>
    /// <param name="record">Its bytes, 64 KiB at most.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more; it may still be appended.</param>
    /// <returns>Its sequence number, over zero.</returns>
    ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>Reads records in their order, beginning with the one of that number if it is still there.</summary>
    /// <param name="from">The lowest sequence number to read.</param>
    /// <param name="limit">The most records, at least one.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the last record; null when there is none.</summary>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken);

    /// <summary>Begins to listen for records, of this process too. Returns at once; connects, and connects again, in the background, and never throws.</summary>
    /// <param name="appended">Called when there may be a new record, and when a lost connection is back. Quick; it may be called too often, and from several threads at once.</param>
    /// <returns>Ends the listening. Default: there is none.</returns>
    IAsyncDisposable Listen(Action appended) => Silence.Instance;
}
