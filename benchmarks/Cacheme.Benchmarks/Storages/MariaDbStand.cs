using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A MariaDB of its own; Cacheme and the driver have a table each, of the same shape.</summary>
internal sealed class MariaDbStand : StorageStand
{
    private readonly MariaDbServer _server;
    private readonly MySqlDataSource _admin;

    private MariaDbStand(MariaDbServer server)
        : base("mariadb")
    {
        _server = server;
        _admin = new MySqlDataSource(server.ConnectionString);
    }

    public static async Task<StorageStand> StartAsync() => new MariaDbStand(await MariaDbServer.StartAsync());

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddMySql(storage, _server.ConnectionString);

    // With the settings that Cacheme gives the driver, so that both do the same round trips.
    public override async Task<IPayloads> ConnectBareAsync(byte[] missing)
    {
        await ExecuteAsync(BareMySql.CreateTable);
        return new BareMySql(new MySqlDataSource($"{_server.ConnectionString};Maximum Pool Size=50;Connection Reset=false"), missing);
    }

    public override async Task ClearAsync()
    {
        await ExecuteAsync("TRUNCATE cacheme");
        await ExecuteAsync("TRUNCATE bare");
    }

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
