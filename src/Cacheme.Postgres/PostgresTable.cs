using Cacheme.Sql;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>The table: looked at first, since who may not create tables may use one that is there, and made when it is missing.</summary>
internal sealed class PostgresTable(string table, PostgresStatements sql)
{
    private readonly SqlTableShape _shape = new(table, "bytea", "bytea", "bigint");

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
        var columns = new List<SqlColumn>();
        var command = new NpgsqlCommand(sql.Columns, connection);
        await using var closeCommand = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            columns.Add(new SqlColumn(rows.GetString(0), rows.GetString(1), rows.GetBoolean(2), rows.GetBoolean(3)));
        }

        if (columns.Count == 0)
        {
            return false;
        }

        _shape.Check(columns);
        return true;
    }

    private static async ValueTask RunAsync(NpgsqlConnection connection, string text)
    {
        var command = new NpgsqlCommand(text, connection);
        await using var close = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
