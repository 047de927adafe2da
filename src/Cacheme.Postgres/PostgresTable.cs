using Cacheme.Sql;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>The table: looked at first, since who may not create tables may use one that is there, and made when it is missing.</summary>
internal sealed class PostgresTable(string table, PostgresStatements sql)
{
    private static readonly (string Name, string Type)[] Expected = [("key", "bytea"), ("value", "bytea"), ("expires_at", "bigint")];

    public async ValueTask EnsureAsync(NpgsqlConnection connection)
    {
        if (await LookAsync(connection).ConfigureAwait(false))
        {
            return;
        }

        var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using var rollBack = transaction.ConfigureAwait(false);
        await RunAsync(connection, sql.Lock).ConfigureAwait(false);
        if (!await LookAsync(connection).ConfigureAwait(false))
        {
            await RunAsync(connection, sql.Create).ConfigureAwait(false);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Whether the table is there; throws where it cannot serve.</summary>
    private async ValueTask<bool> LookAsync(NpgsqlConnection connection)
    {
        var columns = new Dictionary<string, (string Type, bool MustBeSet, bool IsUnique)>(StringComparer.Ordinal);
        var command = new NpgsqlCommand(sql.Columns, connection);
        await using var closeCommand = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            columns[rows.GetString(0)] = (rows.GetString(1), rows.GetBoolean(2), rows.GetBoolean(3));
        }

        if (columns.Count == 0)
        {
            return false;
        }

        foreach (var (name, type) in Expected)
        {
            if (!columns.Remove(name, out var column))
            {
                throw Foreign($"it has no column '{name}' of the type {type}");
            }

            if (column.Type != type)
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
            : true;
    }

    private SqlStorageException Foreign(string why) =>
        new($"The table '{table}' is not one that Cacheme made: {why}. Give the storage another table's name, or drop this one.");

    private static async ValueTask RunAsync(NpgsqlConnection connection, string text)
    {
        var command = new NpgsqlCommand(text, connection);
        await using var close = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
