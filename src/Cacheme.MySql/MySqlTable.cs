using System.Globalization;
using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>The table: looked at first, since who may not create tables may use one that is there, and made when it is missing.</summary>
internal sealed class MySqlTable(string table, MySqlStatements sql)
{
    private static readonly (string Name, string Type)[] Expected = [("key", "varbinary"), ("value", "longblob"), ("expires_at", "bigint")];

    /// <summary>Returns when the table is there, with what it takes.</summary>
    public async ValueTask<MySqlLimits> EnsureAsync(MySqlConnection connection)
    {
        if (connection.Database.Length == 0)
        {
            throw new SqlStorageException("The connection string names no database: add Database=name. Cacheme makes the table, not the database.");
        }

        var longestKey = await LookAsync(connection).ConfigureAwait(false);
        if (longestKey is null)
        {
            var create = new MySqlCommand(sql.Create, connection);
            await using var close = create.ConfigureAwait(false);
            await create.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            longestKey = await LookAsync(connection).ConfigureAwait(false);
        }

        var ask = new MySqlCommand("SELECT @@max_allowed_packet", connection);
        await using var closeAsk = ask.ConfigureAwait(false);
        var packet = Convert.ToInt64(await ask.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false), CultureInfo.InvariantCulture);
        return new MySqlLimits(packet, longestKey ?? MySqlDialect.LongestIndexedKey);
    }

    /// <summary>How long a key may be; null where there is no table. Throws where it cannot serve.</summary>
    private async ValueTask<int?> LookAsync(MySqlConnection connection)
    {
        var columns = new Dictionary<string, (string Type, int Length, bool MustBeSet, bool IsUnique)>(StringComparer.OrdinalIgnoreCase);
        var command = MySqlDialect.Command(connection, MySqlStatements.Columns, table);
        await using var closeCommand = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var length = rows.IsDBNull(2) ? 0 : Convert.ToInt64(rows.GetValue(2), CultureInfo.InvariantCulture);
            columns[rows.GetString(0)] = (rows.GetString(1), (int)Math.Min(length, int.MaxValue), rows.GetInt64(3) != 0, rows.GetInt64(4) != 0);
        }

        if (columns.Count == 0)
        {
            return null;
        }

        var longestKey = columns.TryGetValue("key", out var key) ? key.Length : 0;
        foreach (var (name, type) in Expected)
        {
            if (!columns.Remove(name, out var column))
            {
                throw Foreign($"it has no column '{name}' of the type {type}");
            }

            if (!string.Equals(column.Type, type, StringComparison.OrdinalIgnoreCase))
            {
                throw Foreign($"its column '{name}' has the type {column.Type} and not {type}");
            }

            if (name == "key" && !column.IsUnique)
            {
                throw Foreign("its column 'key' is no primary key, nor unique by itself");
            }

            if (name == "expires_at" && column.MustBeSet)
            {
                throw Foreign("its column 'expires_at' takes no NULL");
            }
        }

        return columns.FirstOrDefault(other => other.Value.MustBeSet).Key is { } strange
            ? throw Foreign($"its column '{strange}' must be set, and Cacheme does not know it")
            : longestKey;
    }

    private SqlStorageException Foreign(string why) =>
        new($"The table '{table}' is not one that Cacheme made: {why}. Give the storage another table's name, or drop this one.");
}
