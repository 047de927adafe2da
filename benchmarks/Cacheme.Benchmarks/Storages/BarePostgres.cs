using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Pooled connections and statements that the driver prepares; and nothing else.</summary>
internal sealed class BarePostgres(NpgsqlDataSource source, byte[] missing) : IPayloads
{
    public const string CreateTable = "CREATE UNLOGGED TABLE IF NOT EXISTS bare (key bytea PRIMARY KEY, value bytea NOT NULL, expires_at bigint)";

    private const string Get = "SELECT value FROM bare WHERE key = $1 AND (expires_at IS NULL OR expires_at > $2)";
    private const string GetMany = "SELECT key, value FROM bare WHERE key = ANY ($1) AND (expires_at IS NULL OR expires_at > $2)";
    private const string Set =
        "INSERT INTO bare (key, value, expires_at) VALUES ($1, $2, NULL) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at";

    public string? Warning => null;

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public async ValueTask<byte[]> GetAsync(int id)
    {
        if (await FindAsync(KeyOf(id)) is { } found)
        {
            return found;
        }

        await SetAsync(id, missing);
        return missing;
    }

    public async ValueTask SetAsync(int id, byte[] payload)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Set, connection) { Parameters = { Bytea(KeyOf(id)), Bytea(payload) } };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids)
    {
        var keys = Array.ConvertAll(ids, KeyOf);
        var found = new Dictionary<string, byte[]>(ids.Length);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(GetMany, connection)
        {
            Parameters = { new NpgsqlParameter<byte[][]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, TypedValue = keys }, Bigint(Now) },
        };
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            found[Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0))] = rows.GetFieldValue<byte[]>(1);
        }

        return Array.ConvertAll(keys, key => found[Encoding.UTF8.GetString(key)]);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async ValueTask<byte[]?> FindAsync(byte[] key)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Get, connection) { Parameters = { Bytea(key), Bigint(Now) } };
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync() ? rows.GetFieldValue<byte[]>(0) : null;
    }

    private static byte[] KeyOf(int id) => Encoding.UTF8.GetBytes($"bare:payload:{id}:v1");

    private static NpgsqlParameter<byte[]> Bytea(byte[] value) => new() { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = value };

    private static NpgsqlParameter<long> Bigint(long value) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = value };
}
