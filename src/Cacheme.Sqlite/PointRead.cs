using Cacheme.Sql;
using Cacheme.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cacheme.Sqlite;

/// <summary>The read of one key on one connection, compiled once.</summary>
/// <remarks>
/// Past the driver's command, which makes a reader and binds by name at every read: it is most of what a cache does, and takes
/// a third less without.
/// </remarks>
internal sealed class PointRead : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <param name="connection">The connection, open.</param>
    /// <param name="sql">The statement: its parameters are the key and the time, its column the value.</param>
    public PointRead(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle!; // Not null: it is open.
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _connection);
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="SqliteException">It cannot be read; somebody else may hold the file for longer than the connection waits.</exception>
    public StoredValue Run(string key, long now)
    {
        raw.sqlite3_bind_blob(_statement, 1, SqlKey.Encode(key));
        raw.sqlite3_bind_int64(_statement, 2, now);
        var code = raw.sqlite3_step(_statement);
        var value = code == raw.SQLITE_ROW ? Copy(raw.sqlite3_column_blob(_statement, 0)) : StoredValue.Absent;
        raw.sqlite3_reset(_statement); // Says again what the step has said.
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, _connection);
        }

        return value;
    }

    public void Dispose() => _statement.Dispose();

    private static StoredValue Copy(ReadOnlySpan<byte> value)
    {
        var copy = GC.AllocateUninitializedArray<byte>(value.Length);
        value.CopyTo(copy);
        return new StoredValue(copy);
    }
}
