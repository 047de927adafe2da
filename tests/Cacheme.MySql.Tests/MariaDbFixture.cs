using System.Globalization;
using Cacheme.Servers;
using MySqlConnector;

namespace Cacheme.MySql.Tests;

/// <summary>A server, and a connection to look at it from outside the storage.</summary>
public sealed class MariaDbFixture : IAsyncLifetime
{
    /// <summary>The largest packet that the server takes.</summary>
    public const int LargestPacket = 4 * 1024 * 1024;

    private MariaDbServer? _server;

    public MariaDbServer Server => _server ?? throw new InvalidOperationException("The server does not run.");

    public async ValueTask InitializeAsync()
    {
        // A test can be skipped, a fixture cannot: where there is no server the tests find out when they ask for it.
        if (MariaDbServer.IsAvailable)
        {
            _server = await MariaDbServer.StartAsync("--max-allowed-packet=4M", "--sql-mode=");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public async Task<object?> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task<long> CountAsync(string sql) => Convert.ToInt64(await QueryAsync(sql), CultureInfo.InvariantCulture);

    public async Task<MySqlConnection> OpenAsync()
    {
        var connection = new MySqlConnection($"{Server.ConnectionString};Pooling=false;Ignore Command Transaction=true");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>How often the server was asked for something of this kind, by its own account.</summary>
    public Task<long> StatusAsync(string name) => CountAsync($"SELECT variable_value FROM information_schema.global_status WHERE variable_name = '{name}'");
}
