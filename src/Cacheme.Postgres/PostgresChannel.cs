using System.IO.Hashing;
using System.Text;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>The channel on which processes that share a log wake each other.</summary>
internal static class PostgresChannel
{
    // A network may forget the connection without a word; it is looked at so often, in seconds.
    private const int KeepAlive = 10;

    /// <summary>Its name: of few characters, whatever the log is called, since PostgreSQL takes 63 bytes.</summary>
    public static string Of(string table, string log) => $"cacheme_{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{table}:{log}")):x16}";

    /// <summary>Listens until the token fires or the connection is lost.</summary>
    public static async Task ListenAsync(NpgsqlDataSource dataSource, string channel, Action notified, CancellationToken cancellationToken)
    {
        var connection = await CreateAsync(dataSource, cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        connection.Notification += (_, _) => notified();
        await RunAsync(connection, $"LISTEN {channel}").ConfigureAwait(false);
        notified();
        while (true)
        {
            await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Not one of the pool: it would take a place there for ever, maybe the only one.
    private static async ValueTask<NpgsqlConnection> CreateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString) { Pooling = false, Multiplexing = false, KeepAlive = KeepAlive };
        var pooled = dataSource.CreateConnection();
        await using var close = pooled.ConfigureAwait(false);
        return await pooled.CloneWithAsync(settings.ToString(), cancellationToken).ConfigureAwait(false);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text)
    {
        var command = new NpgsqlCommand(text, connection);
        await using var close = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
