using Cacheme.Servers;
using Cacheme.Testing;
using Npgsql;

namespace Cacheme.Postgres.Tests;

/// <summary>A server that writes down every statement, and a connection to look at it from outside the storage.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public PostgresServer Server => _server ?? throw new InvalidOperationException("The server does not run.");

    private string ObserverString => $"{Server.ConnectionString};Pooling=false;Application Name=observer";

    public async ValueTask InitializeAsync()
    {
        // A test can be skipped, a fixture cannot: where there is no server the tests find out when they ask for it.
        if (PostgresServer.IsAvailable)
        {
            _server = await PostgresServer.StartAsync("log_statement=all", "log_line_prefix=%a ");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public async Task<object?> QueryAsync(string sql, string? connectionString = null)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task<NpgsqlConnection> OpenAsync(string? connectionString = null)
    {
        var connection = new NpgsqlConnection(connectionString ?? ObserverString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>What the server was told since its log began, by everybody but the observer.</summary>
    public async Task<IReadOnlyList<string>> StatementsAsync()
    {
        // The log is written behind the server's back: what is not there yet comes before a mark.
        var mark = Guid.NewGuid().ToString("N");
        await QueryAsync($"SELECT 1 /* {mark} */");
        var log = "";
        await Eventually.HoldsAsync(async () =>
        {
            log = (string)(await QueryAsync("SELECT pg_read_file(current_setting('log_directory') || '/' || current_setting('log_filename'))"))!; // Not null: it is there.
            return log.Contains(mark, StringComparison.Ordinal);
        });
        return [.. log[..log.IndexOf(mark, StringComparison.Ordinal)].Split('\n').Where(line => line.StartsWith("Cacheme LOG:", StringComparison.Ordinal))];
    }
}
