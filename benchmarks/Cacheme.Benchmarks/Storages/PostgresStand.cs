using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A PostgreSQL of its own; Cacheme and the driver have a table each, of the same shape.</summary>
internal sealed class PostgresStand : StorageStand
{
    private readonly PostgresServer _server;
    private readonly NpgsqlDataSource _admin;

    private PostgresStand(PostgresServer server)
        : base("postgres")
    {
        _server = server;
        _admin = NpgsqlDataSource.Create(server.ConnectionString);
    }

    public static async Task<StorageStand> StartAsync() => new PostgresStand(await PostgresServer.StartAsync());

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddPostgres(storage, _server.ConnectionString);

    // With the settings that Cacheme gives the driver, so that both do the same round trips.
    public override async Task<IPayloads> ConnectBareAsync(byte[] missing)
    {
        await ExecuteAsync(BarePostgres.CreateTable);
        return new BarePostgres(
            NpgsqlDataSource.Create($"{_server.ConnectionString};Maximum Pool Size=50;No Reset On Close=true;Max Auto Prepare=50;Auto Prepare Min Usages=2"), missing);
    }

    public override Task ClearAsync() => ExecuteAsync("TRUNCATE cacheme, bare");

    public override async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ExecuteAsync(string statement)
    {
#pragma warning disable CA2100 // The statements are constants.
        await using var command = _admin.CreateCommand(statement);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
