using System.Text;
using MySqlConnector;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Pooled connections and prepared statements; and nothing else.</summary>
internal sealed class BareMySql(MySqlDataSource source, byte[] missing) : IPayloads
{
    public const string CreateTable =
        "CREATE TABLE IF NOT EXISTS bare (`key` VARBINARY(3072) NOT NULL PRIMARY KEY, value LONGBLOB NOT NULL, expires_at BIGINT NULL) ENGINE = InnoDB";

    private const string Get = "SELECT value FROM bare WHERE `key` = ? AND (expires_at IS NULL OR expires_at > ?)";
    private const string Set = "INSERT INTO bare (`key`, value, expires_at) VALUES (?, ?, NULL) ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at)";

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
        await using var command = await PrepareAsync(connection, Set, KeyOf(id), payload);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask<IReadOnlyList<byte[]>> GetAllAsync(int[] ids)
    {
        var keys = Array.ConvertAll(ids, KeyOf);
        var found = new Dictionary<string, byte[]>(ids.Length);
        await using var connection = await source.OpenConnectionAsync();
        var statement = $"SELECT `key`, value FROM bare WHERE `key` IN ({string.Join(", ", keys.Select(_ => "?"))}) AND (expires_at IS NULL OR expires_at > ?)";
        await using var command = await PrepareAsync(connection, statement, [.. keys, Now]);
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
        await using var command = await PrepareAsync(connection, Get, key, Now);
        await using var rows = await command.ExecuteReaderAsync();
        return await rows.ReadAsync() ? rows.GetFieldValue<byte[]>(0) : null;
    }

    private static byte[] KeyOf(int id) => Encoding.UTF8.GetBytes($"bare:payload:{id}:v1");

    private static async Task<MySqlCommand> PrepareAsync(MySqlConnection connection, string statement, params object[] values)
    {
#pragma warning disable CA2100 // The statements are constants, but for the number of question marks.
        var command = new MySqlCommand(statement, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new MySqlParameter { Value = value });
        }

        await command.PrepareAsync();
        return command;
    }
}
