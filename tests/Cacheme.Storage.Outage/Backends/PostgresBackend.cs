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
    public override async Task OverwriteAsync(string key, byte[] bytes)
    {
        await using var command = await ObserveAsync("UPDATE cacheme SET value = $2 WHERE key = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = System.Text.Encoding.UTF8.GetBytes(key) });
        command.Parameters.Add(new NpgsqlParameter { Value = bytes });
        await command.ExecuteNonQueryAsync();
        await command.Connection!.DisposeAsync(); // Not null: it was made with one.
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var command = await ObserveAsync("SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        var count = (int)(await command.ExecuteScalarAsync())!; // Not null: a count.
        await command.Connection!.DisposeAsync(); // Not null: it was made with one.
        return count;
    }

    /// <inheritdoc/>
    protected override Task<PostgresServer> StartServerAsync() => PostgresServer.StartAsync();

    private async Task<NpgsqlCommand> ObserveAsync(string sql)
    {
        var connection = new NpgsqlConnection(Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return new NpgsqlCommand(sql, connection);
    }
}
