using System.Globalization;
using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>MariaDB.</summary>
public sealed class MariaDbBackend : ServerBackend<MariaDbServer>
{
    /// <inheritdoc/>
    public override string Name => "mariadb";

    /// <inheritdoc/>
    public override string Package => "Cacheme.MySql";

    /// <inheritdoc/>
    public override string Secret => MariaDbServer.Password;

    /// <inheritdoc/>
    public override string Url => $"mysql://{MariaDbServer.User}:{Uri.EscapeDataString(Secret)}@{Server.EndPoint}/{MariaDbServer.Database}";

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddMySql(storage, Server.ConnectionString);

    /// <inheritdoc/>
    public override async Task OverwriteAsync(string key, byte[] bytes)
    {
        await using var command = await ObserveAsync("UPDATE cacheme SET value = ? WHERE `key` = ?");
        command.Parameters.Add(new MySqlParameter { Value = bytes });
        command.Parameters.Add(new MySqlParameter { Value = System.Text.Encoding.UTF8.GetBytes(key) });
        await command.ExecuteNonQueryAsync();
        await command.Connection!.DisposeAsync(); // Not null: it was made with one.
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var command = await ObserveAsync("SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command <> 'Daemon'");
        var count = Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        await command.Connection!.DisposeAsync(); // Not null: it was made with one.
        return count;
    }

    /// <inheritdoc/>
    protected override Task<MariaDbServer> StartServerAsync() => MariaDbServer.StartAsync();

    private async Task<MySqlCommand> ObserveAsync(string sql)
    {
        var connection = new MySqlConnection(Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return new MySqlCommand(sql, connection);
    }
}
