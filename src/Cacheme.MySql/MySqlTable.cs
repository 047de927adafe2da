using System.Data.Common;
using System.Globalization;
using Cacheme.Sql;
using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>The table: looked at first, since who may not create tables may use one that is there, and made when it is missing.</summary>
internal sealed class MySqlTable(string table, MySqlStatements sql)
{
    private readonly SqlTableShape _shape = new(table, "varbinary", "longblob", "bigint");

    /// <summary>Returns when the table is there, with what it takes.</summary>
    public async ValueTask<MySqlLimits> EnsureAsync(MySqlConnection connection)
    {
        if (connection.Database.Length == 0)
        {
            throw new SqlStorageException("The connection string names no database: add Database=name. Cacheme makes the table, not the database.");
        }

        var packet = await LargestPacketAsync(connection).ConfigureAwait(false);
        var longestKey = await LookAsync(connection).ConfigureAwait(false);
        if (longestKey is null)
        {
            var create = new MySqlCommand(sql.Create, connection);
            await using var close = create.ConfigureAwait(false);
            await create.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            longestKey = await LookAsync(connection).ConfigureAwait(false);
        }

        return new MySqlLimits(packet, longestKey ?? MySqlDialect.LongestIndexedKey);
    }

    private static async ValueTask<long> LargestPacketAsync(MySqlConnection connection)
    {
        var (packet, commits) = (await RowsAsync(
            connection,
            "SELECT @@max_allowed_packet, @@autocommit",
            row => (Number(row, 0), Number(row, 1) == 1)).ConfigureAwait(false))[0];

        // Each statement would stand in a transaction that nobody ends, and its locks with it.
        return commits
            ? packet
            : throw new SqlStorageException("The server begins every connection with autocommit=0, with which no write would ever be kept. Set autocommit=1 in the server's settings, or take it out of its init_connect.");
    }

    /// <summary>How long a key may be; null where there is no table. Throws where it cannot serve.</summary>
    private async ValueTask<int?> LookAsync(MySqlConnection connection)
    {
        // By statements that name the table, and not information_schema, which on some servers takes names that differ in case for one.
        try
        {
            var indexes = await RowsAsync(
                connection,
                sql.Indexes,
                row => (Name: Text(row, "Key_name"), Column: Text(row, "Column_name"), IsPartial: Text(row, "Sub_part").Length > 0, IsUnique: Text(row, "Non_unique") == "0")).ConfigureAwait(false);
            var unique = indexes.GroupBy(part => part.Name).Where(index => index.Count() == 1).Select(index => index.Single())
                .Where(part => part is { IsUnique: true, IsPartial: false }).Select(part => part.Column).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var longestKey = 0;
            var columns = await RowsAsync(connection, sql.Columns, row =>
            {
                var name = Text(row, "Field");
                var (type, length) = TypeOf(Text(row, "Type"));
                longestKey = name.Equals("key", StringComparison.OrdinalIgnoreCase) ? length : longestKey;
                var mustBeSet = Text(row, "Null") == "NO" && row.IsDBNull(row.GetOrdinal("Default")) && Text(row, "Extra").Length == 0;
                return new SqlColumn(name, type, mustBeSet, unique.Contains(name));
            }).ConfigureAwait(false);
            _shape.Check(columns);
            return longestKey;
        }
        catch (MySqlException failure) when (failure.ErrorCode == MySqlErrorCode.NoSuchTable)
        {
            return null;
        }
    }

    private static async ValueTask<List<T>> RowsAsync<T>(MySqlConnection connection, string text, Func<DbDataReader, T> read)
    {
        var found = new List<T>();
        var command = new MySqlCommand(text, connection);
        await using var closeCommand = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            found.Add(read(rows));
        }

        return found;
    }

    /// <summary>The parts of <c>varbinary(60)</c> or <c>bigint(20) unsigned</c>.</summary>
    private static (string Type, int Length) TypeOf(string text)
    {
        var parts = text.Split('(', ')', ' ');
        return (parts[0], parts.Length > 1 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var length) ? length : 0);
    }

    private static long Number(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static string Text(DbDataReader row, string column) =>
        row.GetValue(row.GetOrdinal(column)) switch
        {
            byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
}
