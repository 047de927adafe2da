using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Invalidation;

/// <summary>A process' place in a log: what it has read, and whether it has missed something. Used by one caller at a time.</summary>
/// <remarks>
/// It reads on from the last record that it knows, that one included: if that is not there any more, byte for byte, the log was
/// cut or has lost data, and nobody can say what was missed.
/// </remarks>
internal sealed class InvalidationReader(RemoteStorage storage, IInvalidationLog log)
{
    private const int Page = 256;

    private LogRecord? _last;

    /// <summary>The number of the last record that was read; 0 before there is one.</summary>
    public long Position => _last?.Sequence ?? 0;

    /// <summary>Looks for new records.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<InvalidationLook> ReadAsync(CancellationToken cancellationToken)
    {
        if (_last is not { } last)
        {
            return await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        var answer = await storage.AskAsync(
            StoreOperation.LogRead, (log, last.Sequence), static (ask, token) => ask.log.ReadAsync(ask.Sequence, Page, token), cancellationToken).ConfigureAwait(false);
        if (answer.Error is not null)
        {
            return InvalidationLook.Failed;
        }

        if (answer.Value is not [var first, ..] page || first.Sequence != last.Sequence || !first.Bytes.Span.SequenceEqual(last.Bytes.Span))
        {
            return await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        // A copy: the page is a window on a larger buffer, which would be kept until the next record.
        _last = page[^1] with { Bytes = page[^1].Bytes.ToArray() };
        return new InvalidationLook([.. page.Skip(1)], IsComplete: page.Count < Page, HasBegun: false);
    }

    /// <summary>Reads what was there when it began, page by page. Returns the number of the first record; null where that failed.</summary>
    /// <param name="receive">Takes in a record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<long?> ReadHistoryAsync(Action<LogRecord> receive, CancellationToken cancellationToken)
    {
        var until = Position;
        var first = default(long?);
        for (var from = 0L; from <= until;)
        {
            var answer = await storage.AskAsync(
                StoreOperation.LogRead, (log, from), static (ask, token) => ask.log.ReadAsync(ask.from, Page, token), cancellationToken).ConfigureAwait(false);
            if (answer.Error is not null || answer.Value is not { Count: > 0 } page)
            {
                return null;
            }

            foreach (var record in page.TakeWhile(record => record.Sequence <= until))
            {
                first ??= record.Sequence;
                receive(record);
            }

            from = page[^1].Sequence + 1;
        }

        return first ?? until;
    }

    // An empty log gets a first record, so that there is something to read on from.
    private async ValueTask<InvalidationLook> BeginAsync(CancellationToken cancellationToken)
    {
        var answer = await LastAsync(cancellationToken).ConfigureAwait(false);
        if (answer is { Error: null, Value: null })
        {
            var hello = InvalidationRecordFormat.Write(new InvalidationRecord(Random.Shared.NextInt64(), 0, 0, []));
            await storage.AskAsync(StoreOperation.LogAppend, (log, hello), static (ask, token) => ask.log.AppendAsync(ask.hello, token), cancellationToken).ConfigureAwait(false);
            answer = await LastAsync(cancellationToken).ConfigureAwait(false);
        }

        if (answer.Error is not null || answer.Value is not { } last)
        {
            return InvalidationLook.Failed;
        }

        _last = last with { Bytes = last.Bytes.ToArray() };
        return new InvalidationLook([], IsComplete: true, HasBegun: true);
    }

    private ValueTask<Guarded<LogRecord?>> LastAsync(CancellationToken cancellationToken) =>
        storage.AskAsync(StoreOperation.LogRead, log, static (log, token) => log.ReadLastAsync(token), cancellationToken);
}
