using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>A log in rows of the storage's own table: one for its head, which says the last number, and one for each record.</summary>
/// <remarks>
/// Who appends locks the head's row until the record is committed, so numbers become visible in their order; numbers that the
/// database hands out by itself would not.
/// </remarks>
internal sealed class SqlInvalidationLog(SqlConnections connections, SqlDialect dialect, string name, int records, TimeProvider time) : IInvalidationLog
{
    private readonly LogKeys _keys = new(name);

    public bool Pushes => dialect.Pushes;

    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
        connections.RunAsync(record, AppendAsync, cancellationToken);

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        await connections.RunAsync(
            (Log: this, from, limit), static (connection, read) => read.Log.ReadAsync(connection, read.from, read.limit, fromTheEnd: false), cancellationToken).ConfigureAwait(false);

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken)
    {
        var last = await connections.RunAsync(
            this, static (connection, log) => log.ReadAsync(connection, 0, 1, fromTheEnd: true), cancellationToken).ConfigureAwait(false);
        return last is [var record] ? record : null;
    }

    public IAsyncDisposable Listen(Action appended) => new SqlListener(connections, dialect, name, appended, time);

    private async ValueTask<long> AppendAsync(DbConnection connection, ReadOnlyMemory<byte> record)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, CancellationToken.None).ConfigureAwait(false);
        await using var rollBack = transaction.ConfigureAwait(false);
        var number = await LastNumberAsync(connection, transaction).ConfigureAwait(false) + 1;
        await RunAsync(dialect.SetMany(connection, [new SqlRow(_keys.Head, LogKeys.Encode(number), null), new SqlRow(_keys.Of(number), record, null)]), transaction).ConfigureAwait(false);
        await RunAsync(dialect.RemoveOne(connection, _keys.Of(number - records)), transaction).ConfigureAwait(false);
        if (dialect.Notify(connection, name) is { } notify)
        {
            await RunAsync(notify, transaction).ConfigureAwait(false);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return number;
    }

    // Of a log that is new it is the time, so that a log which was lost does not begin with numbers that were there before.
    private async ValueTask<long> LastNumberAsync(DbConnection connection, DbTransaction transaction)
    {
        while (true)
        {
            var command = dialect.GetForUpdate(connection, _keys.Head);
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = transaction;
                if (await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false) is byte[] { Length: sizeof(long) } value)
                {
                    return BinaryPrimitives.ReadInt64BigEndian(value);
                }
            }

            await RunAsync(dialect.AddOne(connection, new SqlRow(_keys.Head, LogKeys.Encode(SqlExpiry.Now(time)), null)), transaction).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(DbConnection connection, long from, int limit, bool fromTheEnd)
    {
        var found = new List<LogRecord>();
        var command = dialect.GetRange(connection, _keys.Of(from), _keys.Of(long.MaxValue), limit, fromTheEnd);
        await using var closeCommand = command.ConfigureAwait(false);
        await dialect.PrepareAsync(command).ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            found.Add(new LogRecord(_keys.NumberOf(rows.GetFieldValue<byte[]>(0)), rows.GetFieldValue<byte[]>(1)));
        }

        return found;
    }

    private async ValueTask RunAsync(DbCommand command, DbTransaction transaction)
    {
        await using var close = command.ConfigureAwait(false);
        command.Transaction = transaction;
        await dialect.PrepareAsync(command).ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
