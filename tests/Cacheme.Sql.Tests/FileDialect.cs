using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sql.Tests;

/// <summary>A dialect as the author of another storage writes it, for a database that is always at hand.</summary>
internal sealed class FileDialect(string table) : SqlDialect
{
    private const int Busy = 5;

    private int _statements;

    /// <summary>What happens before a statement is executed: given its number, from 1.</summary>
    public Func<int, ValueTask> Before { get; set; } = _ => ValueTask.CompletedTask;

    public int Discarded { get; private set; }

    public override int LongestKey => 1_000;

    public override int LargestBatch => 10_000;

    public override DbCommand GetOne(DbConnection connection, byte[] key, long now) =>
        Command(connection, $"SELECT value FROM {table} WHERE key = $0 AND (expires_at IS NULL OR expires_at > $1)", key, now);

    public override DbCommand GetMany(DbConnection connection, IReadOnlyList<byte[]> keys, long now) =>
        Command(connection, $"SELECT key, value FROM {table} WHERE key IN ({Places(1, keys.Count)}) AND (expires_at IS NULL OR expires_at > $0)", [now, .. keys]);

    public override DbCommand SetOne(DbConnection connection, SqlRow row) =>
        row.Value.Length <= LargestBatch ? SetMany(connection, [row]) : throw new SqlStorageException("too large");

    public override DbCommand SetMany(DbConnection connection, IReadOnlyList<SqlRow> rows) => Command(
        connection,
        $"REPLACE INTO {table} (key, value, expires_at) VALUES {string.Join(", ", rows.Select((_, i) => $"({Places(i * 3, 3)})"))}",
        [.. rows.SelectMany(row => (object?[])[row.Key, row.Value.ToArray(), row.ExpiresAt])]);

    public override DbCommand RemoveOne(DbConnection connection, byte[] key) => RemoveMany(connection, [key]);

    public override DbCommand RemoveMany(DbConnection connection, IReadOnlyList<byte[]> keys) =>
        Command(connection, $"DELETE FROM {table} WHERE key IN ({Places(0, keys.Count)})", [.. keys]);

    public override DbCommand Prolong(DbConnection connection, IReadOnlyList<byte[]> keys, long now, long expiresAt) => Command(
        connection, $"UPDATE {table} SET expires_at = $0 WHERE expires_at > $1 AND expires_at < $0 AND key IN ({Places(2, keys.Count)})", [expiresAt, now, .. keys]);

    public override DbCommand AddOne(DbConnection connection, SqlRow row) => Command(
        connection, $"INSERT OR IGNORE INTO {table} (key, value, expires_at) VALUES ($0, $1, $2)", row.Key, row.Value.ToArray(), row.ExpiresAt);

    // SQLite has one writer at a time, and locks no rows.
    public override DbCommand GetForUpdate(DbConnection connection, byte[] key) =>
        Command(connection, $"SELECT value FROM {table} WHERE key = $0", key);

    public override async ValueTask<long> AppendAsync(DbConnection connection, SqlAppend append)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var head = GetOne(connection, append.Log.Head, now: 0);
        head.Transaction = transaction;
        var number = await head.ExecuteScalarAsync() is byte[] last ? LogKeys.Decode(last) + 1 : append.First;
        await using var add = SetMany(
            connection, [new SqlRow(append.Log.Head, LogKeys.Encode(number), null), new SqlRow(append.Log.Of(number), append.Record, null)]);
        add.Transaction = transaction;
        await PrepareAsync(add);
        await add.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return number;
    }

    public override DbCommand GetRange(DbConnection connection, byte[] first, byte[] last, int limit, bool fromTheEnd) => Command(
        connection, $"SELECT key, value FROM {table} WHERE key BETWEEN $0 AND $1 ORDER BY key {(fromTheEnd ? "DESC" : "ASC")} LIMIT $2", first, last, limit);

    public override DbCommand RemoveRange(DbConnection connection, byte[] first, byte[] last) =>
        Command(connection, $"DELETE FROM {table} WHERE key BETWEEN $0 AND $1", first, last);

    public override async ValueTask<int> SweepAsync(DbConnection connection, long now, int limit)
    {
        await using var command = Command(
            connection, $"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE expires_at <= $0 LIMIT $1)", now, limit);
        return await command.ExecuteNonQueryAsync();
    }

    public override async ValueTask EnsureTableAsync(DbConnection connection)
    {
        await using var command = Command(
            connection, $"CREATE TABLE IF NOT EXISTS {table} (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER)");
        await command.ExecuteNonQueryAsync();
    }

    public override ValueTask PrepareAsync(DbCommand command) => Before(Interlocked.Increment(ref _statements));

    public override SqlFault Judge(DbException failure, DbConnection connection) => failure switch
    {
        SqliteException { SqliteErrorCode: Busy } => SqlFault.Deadlock,
        SqliteException { Message: var text } when text.Contains("no such table", StringComparison.Ordinal) => SqlFault.TableMissing,
        LostException => SqlFault.ConnectionLost,
        _ => SqlFault.Final,
    };

    public override SqlStorageException Explain(DbException failure) => new($"The file could not be used. {failure.Message}", failure);

    public override ValueTask DiscardPoolAsync(DbDataSource dataSource)
    {
        Discarded++;
        return ValueTask.CompletedTask;
    }

    private static string Places(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(i => $"${i}"));

    private static SqliteCommand Command(DbConnection connection, string sql, params IReadOnlyList<object?> values)
    {
        var command = new SqliteCommand(sql, (SqliteConnection)connection);
        for (var i = 0; i < values.Count; i++)
        {
            command.Parameters.AddWithValue($"${i}", values[i] ?? DBNull.Value);
        }

        return command;
    }
}
