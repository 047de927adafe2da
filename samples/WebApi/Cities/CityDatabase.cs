using System.IO.Compression;
using Microsoft.Data.Sqlite;

namespace WebApi.Cities;

/// <summary>The sample's source database: a SQLite file, filled from Data/cities.tsv.gz at the first start.</summary>
public sealed class CityDatabase(DataFolder folder)
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder { DataSource = folder.File("cities.db") }.ToString();

    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Makes and fills the table, unless it is there. All in one transaction: a start that breaks off leaves nothing behind.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        if (await ExistsAsync(connection))
        {
            return;
        }

        await using var create = connection.CreateCommand();
        create.CommandText = """
            CREATE TABLE city (
                id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, country TEXT NOT NULL, admin TEXT NOT NULL,
                population INTEGER NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL);
            CREATE INDEX city_name ON city (name);
            """;
        await create.ExecuteNonQueryAsync(cancellationToken);
        await FillAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> ExistsAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'city'";
        return await command.ExecuteScalarAsync() is > 0L;
    }

    private static async Task FillAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO city VALUES ($0, $1, $2, $3, $4, $5, $6)";
        for (var i = 0; i < 7; i++)
        {
            insert.Parameters.Add(new SqliteParameter($"${i}", ""));
        }

        await foreach (var fields in ReadAsync(cancellationToken))
        {
            for (var i = 0; i < 7; i++)
            {
                insert.Parameters[i].Value = fields[i]; // the columns' types turn the texts into numbers
            }

            insert.ExecuteNonQuery();
        }
    }

    private static async IAsyncEnumerable<string[]> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "cities.tsv.gz"));
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        await reader.ReadLineAsync(cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line.Split('\t');
        }
    }
}
