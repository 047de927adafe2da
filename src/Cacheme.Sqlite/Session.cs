using Cacheme.Sql;
using Cacheme.Storage;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite;

/// <summary>One open connection and its statements; used by one thread at a time.</summary>
/// <remarks>A session whose operation failed is closed, never used again, and closing rolls back: so nothing here does.</remarks>
internal sealed class Session(SqliteConnection connection, Statements sql) : IDisposable
{
    private const int KeptValueSize = 1024 * 1024;

    private Statement? _get, _getMany, _set, _remove, _removeMany, _sweep, _begin, _commit;

    public StoredValue[] Get(IReadOnlyList<string> keys, long now)
    {
        var values = new StoredValue[keys.Count];
        if (keys.Count == 1)
        {
            _get ??= new Statement(connection, sql.Get, "$key", "$now");
            using var row = _get.Read(SqlKey.Encode(keys[0]), now);
            values[0] = row.Read() ? new StoredValue(row.GetFieldValue<byte[]>(0)) : StoredValue.Absent;
            return values;
        }

        _getMany ??= new Statement(connection, sql.GetMany, "$keys", "$now");
        using var rows = _getMany.Read(Batch(keys), now);
        while (rows.Read())
        {
            values[rows.GetInt32(0)] = new StoredValue(rows.GetFieldValue<byte[]>(1));
        }

        return values;
    }

    /// <summary>Writes all of them or none, and gives how many.</summary>
    public int Set(IReadOnlyList<StorageWrite> writes, long now)
    {
        if (writes.Count == 1)
        {
            return Set(writes[0], now);
        }

        (_begin ??= new Statement(connection, "BEGIN IMMEDIATE")).Run();
        var written = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            written += Set(writes[i], now);
        }

        (_commit ??= new Statement(connection, "COMMIT")).Run();
        return written;
    }

    /// <summary>Deletes the rows of the keys, and gives how many there were.</summary>
    public int Remove(IReadOnlyList<string> keys)
    {
        if (keys.Count == 1)
        {
            _remove ??= new Statement(connection, sql.Remove, "$key");
            return _remove.Run(SqlKey.Encode(keys[0]));
        }

        _removeMany ??= new Statement(connection, sql.RemoveMany, "$keys");
        return _removeMany.Run(Batch(keys));
    }

    /// <summary>Deletes some rows that have expired, and gives how many.</summary>
    public int Sweep(long now, int limit)
    {
        _sweep ??= new Statement(connection, sql.Sweep, "$now", "$limit");
        return _sweep.Run(now, limit);
    }

    /// <summary>Makes the file smaller by some of its free pages; false when few enough are left.</summary>
    public bool Shrink()
    {
        const int PagesAtOnce = 256;
        var free = Pragma("freelist_count");

        // A quarter of the file stays, for the next values: they would only make it grow again.
        if (free * 4 <= Pragma("page_count"))
        {
            return false;
        }

        Pragma($"incremental_vacuum({PagesAtOnce})");
        return Pragma("freelist_count") < free;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement?>)[_get, _getMany, _set, _remove, _removeMany, _sweep, _begin, _commit])
        {
            statement?.Dispose();
        }

        connection.Dispose();
    }

    private static string Batch(IReadOnlyList<string> keys) =>
        $"[\"{string.Join("\",\"", keys.Select(key => Convert.ToHexString(SqlKey.Encode(key))))}\"]";

    private int Set(StorageWrite write, long now)
    {
        _set ??= new Statement(connection, sql.Set, "$key", "$value", "$expires");
        var written = _set.Run(SqlKey.Encode(write.Key), write.Value, SqlExpiry.At(now, write.TimeToLive));
        if (write.Value.Length > KeptValueSize)
        {
            // A statement holds what was last bound to it, and sessions live long.
            _set.Dispose();
            _set = null;
        }

        return written;
    }

    private long Pragma(string pragma)
    {
        using var statement = new Statement(connection, $"PRAGMA {pragma}");
        using var rows = statement.Read();
        var value = 0L;

        // To the end: incremental_vacuum frees a page with each step.
        while (rows.Read())
        {
            value = rows.GetInt64(0);
        }

        return value;
    }
}
