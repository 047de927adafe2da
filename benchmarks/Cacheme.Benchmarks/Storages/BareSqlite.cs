using System.Collections.Concurrent;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Prepared statements on open connections, on the caller's thread, which the driver blocks; and nothing else.</summary>
internal sealed class BareSqlite : IPayloads
{
    private const string Table = "bare";

    private readonly ConcurrentBag<Session> _sessions;
    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim _writer = new(1);
    private readonly byte[] _missing;

    public BareSqlite(string connectionString, int connections, byte[] missing)
    {
        _missing = missing;
        _places = new SemaphoreSlim(connections);
        _sessions = [.. Enumerable.Range(0, connections).Select(_ => new Session(connectionString))];
    }

    public string? Warning => null;

    public async ValueTask<byte[]> GetAsync(int id)
    {
        var key = KeyOf(id);
        if (await UseAsync(session => session.Get(key)) is { } found)
        {
            return found;
        }

        await SetAsync(id, _missing);
        return _missing;
    }

    public async ValueTask SetAsync(int id, byte[] payload)
    {
        await _writer.WaitAsync();
        try
        {
            await UseAsync(session => session.Set(KeyOf(id), payload));
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids) => await UseAsync(session => session.GetMany(ids));

    public ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            session.Dispose();
        }

        _places.Dispose();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] KeyOf(int id) => Encoding.UTF8.GetBytes($"bare:payload:{id}:v1");

    private async ValueTask<T> UseAsync<T>(Func<Session, T> work)
    {
        await _places.WaitAsync();
        try
        {
            var session = _sessions.TryTake(out var idle) ? idle : throw new InvalidOperationException("There is a session for each place.");
            var result = work(session);
            _sessions.Add(session);
            return result;
        }
        finally
        {
            _places.Release();
        }
    }

    private sealed class Session : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _get;
        private readonly SqliteCommand _getMany;
        private readonly SqliteCommand _set;

        public Session(string connectionString)
        {
            _connection = new SqliteConnection(connectionString);
            _connection.Open();
            Command("PRAGMA busy_timeout = 5000").ExecuteNonQuery();
            Command("PRAGMA journal_mode = WAL").ExecuteNonQuery();
            Command("PRAGMA synchronous = NORMAL").ExecuteNonQuery();
            Command("PRAGMA journal_size_limit = 16777216").ExecuteNonQuery();
            Command($"CREATE TABLE IF NOT EXISTS {Table} (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER)").ExecuteNonQuery();
            _get = Command($"SELECT value FROM {Table} WHERE key = $key AND (expires_at IS NULL OR expires_at > $now)", "$key", "$now");
            _getMany = Command(
                $"SELECT asked.key, stored.value FROM json_each($keys) AS asked CROSS JOIN {Table} AS stored WHERE stored.key = unhex(asked.value) AND (stored.expires_at IS NULL OR stored.expires_at > $now)",
                "$keys", "$now");
            _set = Command(
                $"INSERT INTO {Table} (key, value, expires_at) VALUES ($key, $value, $expires) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
                "$key", "$value", "$expires");
        }

        private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        public byte[]? Get(byte[] key)
        {
            _get.Parameters[0].Value = key;
            _get.Parameters[1].Value = Now;
            using var row = _get.ExecuteReader();
            return row.Read() ? row.GetFieldValue<byte[]>(0) : null;
        }

        public byte[][] GetMany(int[] ids)
        {
            var values = new byte[ids.Length][];
            _getMany.Parameters[0].Value = $"[\"{string.Join("\",\"", ids.Select(id => Convert.ToHexString(KeyOf(id))))}\"]";
            _getMany.Parameters[1].Value = Now;
            using var rows = _getMany.ExecuteReader();
            while (rows.Read())
            {
                values[rows.GetInt32(0)] = rows.GetFieldValue<byte[]>(1);
            }

            return values;
        }

        public int Set(byte[] key, byte[] payload)
        {
            _set.Parameters[0].Value = key;
            _set.Parameters[1].Value = payload;
            return _set.ExecuteNonQuery();
        }

        public void Dispose()
        {
            _get.Dispose();
            _getMany.Dispose();
            _set.Dispose();
            _connection.Dispose();
        }

        private SqliteCommand Command(string sql, params string[] parameters)
        {
            var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this class.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(new SqliteParameter(parameter, DBNull.Value));
            }

            return command;
        }
    }
}
