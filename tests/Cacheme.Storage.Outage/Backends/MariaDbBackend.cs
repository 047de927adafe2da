using System.Globalization;
using System.Text;
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
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var connection = await ObserveAsync();
        foreach (var (key, bytes) in entries)
        {
            await using var command = new MySqlCommand("UPDATE cacheme SET value = ? WHERE `key` = ?", connection);
            command.Parameters.Add(new MySqlParameter { Value = bytes });
            command.Parameters.Add(new MySqlParameter { Value = Encoding.UTF8.GetBytes(key) });
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var connection = await ObserveAsync();
        await using var command = new MySqlCommand("SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command <> 'Daemon'", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    protected override Task<MariaDbServer> StartServerAsync() => MariaDbServer.StartAsync();

    private async Task<MySqlConnection> ObserveAsync()
    {
        var connection = new MySqlConnection(Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
