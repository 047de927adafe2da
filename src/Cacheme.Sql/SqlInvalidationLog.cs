using System.Data.Common;
using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>A log in rows of the storage's own table: one for its head, which says the last number, and one for each record.</summary>
/// <remarks>
/// Who appends counts the head up and holds its row until the record is committed, so numbers become visible in their order;
/// numbers that the database hands out by itself would not.
/// </remarks>
internal sealed class SqlInvalidationLog(SqlConnections connections, SqlDialect dialect, string name, int records, TimeProvider time) : IInvalidationLog
{
    private const int MostBetweenRemovals = 16;

    private readonly LogKeys _keys = new(name);
    private readonly int _betweenRemovals = Math.Clamp(records, 1, MostBetweenRemovals);

    public bool Pushes => dialect.Pushes;

    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        // Of a log that is new it is the time, so that a log which was lost does not begin with numbers that were there before.
        var append = new SqlAppend(_keys, SqlExpiry.Now(time), record);
        var number = await connections.RunAsync((dialect, append), AppendAsync, cancellationToken).ConfigureAwait(false);
        if (number % _betweenRemovals == 0)
        {
            await connections.RunAsync((dialect, _keys.Of(0), _keys.Of(number - records)), RemoveAsync, cancellationToken).ConfigureAwait(false);
        }

        return number;
    }

    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        connections.RunAsync(
            (Log: this, from, limit), static (connection, read) => read.Log.ReadAsync(connection, read.from, read.limit, fromTheEnd: false), cancellationToken);

    public async ValueTask<LogRecord?> ReadLastAsync(CancellationToken cancellationToken)
    {
        var last = await connections.RunAsync(
            this, static (connection, log) => log.ReadAsync(connection, 0, 1, fromTheEnd: true), cancellationToken).ConfigureAwait(false);
        return last is [var record] ? record : null;
    }

    public IAsyncDisposable Listen(Action appended) => new SqlListener(connections, dialect, name, appended, time);

    private static ValueTask<long> AppendAsync(DbConnection connection, (SqlDialect Dialect, SqlAppend Append) state)
    {
        SqlCommands.ThrowIfTooLong(state.Append.Log.Of(0).Length, state.Dialect);
        return state.Dialect.AppendAsync(connection, state.Append);
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

    // All of them: who keeps fewer than others leaves no hole, which a reader who stands before it would not notice.
    private static async ValueTask<int> RemoveAsync(DbConnection connection, (SqlDialect Dialect, byte[] First, byte[] Last) range)
    {
        var command = range.Dialect.RemoveRange(connection, range.First, range.Last);
        await using var close = command.ConfigureAwait(false);
        await range.Dialect.PrepareAsync(command).ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
