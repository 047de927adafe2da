using Cacheme.Sql;
using Cacheme.Storage;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite;

/// <summary>One open connection and its statements; used by one thread at a time.</summary>
/// <remarks>A session whose operation failed is closed, never used again, and closing rolls back: so nothing here does.</remarks>
internal sealed class Session(SqliteConnection connection, Statements sql) : IDisposable
{
    private const int KeptValueSize = 1024 * 1024;

    private PointRead? _get;
    private Statement? _set, _remove, _removeMany, _sweep, _beginRead, _begin, _commit, _readLog, _lastOfLog, _removeRange, _prolong;

    public StoredValue[] Get(IReadOnlyList<string> keys, long now)
    {
        _get ??= new PointRead(connection, sql.Get);
        var values = new StoredValue[keys.Count];
        if (keys.Count == 1)
        {
            values[0] = _get.Run(keys[0], now);
            return values;
        }

        // One transaction, since the file's locks are half of a read.
        (_beginRead ??= new Statement(connection, "BEGIN")).Run();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _get.Run(keys[i], now);
        }

        (_commit ??= new Statement(connection, "COMMIT")).Run();
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

    /// <summary>Appends a record to a log, and gives its number. Only one process writes the file at a time, so numbers are in order.</summary>
    public long Append(LogKeys log, ReadOnlyMemory<byte> record, int records, long now)
    {
        (_begin ??= new Statement(connection, "BEGIN IMMEDIATE")).Run();
        var number = ReadLog(log, 0, 1, fromTheEnd: true) is [var last] ? last.Sequence + 1 : now;
        _set ??= new Statement(connection, sql.Set, "$key", "$value", "$expires");
        _set.Run(log.Of(number), record, null);
        _removeRange ??= new Statement(connection, sql.RemoveRange, "$first", "$last");
        _removeRange.Run(log.Of(0), log.Of(number - records));
        (_commit ??= new Statement(connection, "COMMIT")).Run();
        return number;
    }

    /// <summary>Changes a lease, and gives its generation; 0 where it was not changed.</summary>
    public long ChangeLease(string key, Func<LeaseRow, LeaseRow?> change, long now)
    {
        var row = LeaseRow.KeyOf(key);
        (_begin ??= new Statement(connection, "BEGIN IMMEDIATE")).Run();
        var changed = change(ReadLease(row, now));
        if (changed is { } lease)
        {
            _set ??= new Statement(connection, sql.Set, "$key", "$value", "$expires");
            _set.Run(row, (ReadOnlyMemory<byte>)lease.ToBytes(), lease.ForgottenAt);
        }

        (_commit ??= new Statement(connection, "COMMIT")).Run();
        return changed?.Generation ?? 0;
    }

    private LeaseRow ReadLease(byte[] row, long now)
    {
        _readLog ??= new Statement(connection, sql.GetRange, "$first", "$last", "$limit");
        using var rows = _readLog.Read(row, row, 1);
        return rows.Read() ? LeaseRow.Of(rows.GetFieldValue<byte[]>(1), now) : LeaseRow.Free(now);
    }

    /// <summary>Reads records of a log.</summary>
    public IReadOnlyList<LogRecord> ReadLog(LogKeys log, long from, int limit, bool fromTheEnd)
    {
        var statement = fromTheEnd
            ? _lastOfLog ??= new Statement(connection, sql.GetRangeFromTheEnd, "$first", "$last", "$limit")
            : _readLog ??= new Statement(connection, sql.GetRange, "$first", "$last", "$limit");
        var records = new List<LogRecord>();
        using var rows = statement.Read(log.Of(from), log.Of(long.MaxValue), limit);
        while (rows.Read())
        {
            records.Add(new LogRecord(log.NumberOf(rows.GetFieldValue<byte[]>(0)), rows.GetFieldValue<byte[]>(1)));
        }

        return records;
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

    /// <summary>Prolongs the lives of the keys' rows, and gives how many it changed.</summary>
    public int Prolong(IReadOnlyList<string> keys, long now, long expiresAt)
    {
        _prolong ??= new Statement(connection, sql.Prolong, "$keys", "$now", "$expires");
        return _prolong.Run(Batch(keys), now, expiresAt);
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
        _get?.Dispose();
        foreach (var statement in (ReadOnlySpan<Statement?>)[_set, _remove, _removeMany, _sweep, _beginRead, _begin, _commit, _readLog, _lastOfLog, _removeRange, _prolong])
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
