using Cacheme.DependencyInjection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Benchmarks.Storages;

/// <summary>SQLite files in a temporary folder: Cacheme and the driver have one each, of the same shape, since a file has one writer.</summary>
internal sealed class SqliteStand : StorageStand
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-benchmark-");

    private SqliteStand()
        : base("sqlite")
    {
    }

    private string Ours => ConnectionString("cacheme.db");

    private string Bare => ConnectionString("bare.db");

    public static Task<StorageStand> StartAsync() => Task.FromResult<StorageStand>(new SqliteStand());

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddSqlite(storage, Ours);

    public override Task<IPayloads> ConnectBareAsync(byte[] missing) =>
        Task.FromResult<IPayloads>(new BareSqlite(Bare, Connections, missing));

    public override async Task ClearAsync()
    {
        await ClearAsync(Ours);
        await ClearAsync(Bare);
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(_folder.FullName, file),
        Pooling = false,
    }.ToString();

    private static async Task ClearAsync(string connectionString)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        var tables = new List<string>();
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                tables.Add(rows.GetString(0));
            }
        }

        foreach (var table in tables)
        {
#pragma warning disable CA2100 // The names come from the file that this program made.
            command.CommandText = $"DELETE FROM \"{table}\"";
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }
}
