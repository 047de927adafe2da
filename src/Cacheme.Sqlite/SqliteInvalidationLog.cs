using Cacheme.Sql;
using Cacheme.Storage;

namespace Cacheme.Sqlite;

/// <summary>A log in rows of the storage's own table, for the processes that share the file.</summary>
/// <param name="write">Executes work as the file's writer.</param>
/// <param name="read">Executes work as one of its readers.</param>
/// <param name="keys">The rows' keys.</param>
/// <param name="records">The records it keeps.</param>
/// <param name="now">The first number of a log that is new: higher than any that was there before.</param>
internal sealed class SqliteInvalidationLog(
    Func<Func<Session, long>, CancellationToken, ValueTask<long>> write,
    Func<Func<Session, IReadOnlyList<LogRecord>>, CancellationToken, ValueTask<IReadOnlyList<LogRecord>>> read,
    LogKeys keys,
    int records,
    Func<long> now) : IInvalidationLog
{
    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
        write(session => session.Append(keys, record, records, now()), cancellationToken);

    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        read(session => session.ReadLog(keys, from, limit, fromTheEnd: false), cancellationToken);

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken) =>
        await read(session => session.ReadLog(keys, 0, 1, fromTheEnd: true), cancellationToken).ConfigureAwait(false) is [var last] ? last : null;
}
