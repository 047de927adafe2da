using System.Text;
using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>PostgreSQL.</summary>
public sealed class PostgresBackend : ServerBackend<PostgresServer>
{
    /// <inheritdoc/>
    public override string Name => "postgres";

    /// <inheritdoc/>
    public override string Package => "Cacheme.Postgres";

    /// <inheritdoc/>
    public override string Secret => PostgresServer.Password;

    /// <inheritdoc/>
    public override string Url => $"postgresql://{PostgresServer.User}:{Uri.EscapeDataString(Secret)}@{Server.EndPoint}/postgres";

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddPostgres(storage, Server.ConnectionString);

    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var connection = await ObserveAsync();
        foreach (var (key, bytes) in entries)
        {
            await using var command = new NpgsqlCommand("UPDATE cacheme SET value = $2 WHERE key = $1", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = Encoding.UTF8.GetBytes(key) });
            command.Parameters.Add(new NpgsqlParameter { Value = bytes });
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var connection = await ObserveAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> '{nameof(PostgresBackend)}'", connection);
        return (int)(await command.ExecuteScalarAsync())!; // Not null: a count.
    }

    /// <inheritdoc/>
    protected override Task<PostgresServer> StartServerAsync() => PostgresServer.StartAsync();

    private async Task<NpgsqlConnection> ObserveAsync()
    {
        var connection = new NpgsqlConnection($"{Server.ConnectionString};Application Name={nameof(PostgresBackend)};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
