using System.IO.Hashing;
using System.Text;
using Npgsql;

namespace Cacheme.Postgres;

/// <summary>The channel on which processes that share a log wake each other.</summary>
internal static class PostgresChannel
{
    // A network may forget the connection without a word; it is looked at so often.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Its name: of few characters, whatever the log is called, since PostgreSQL takes 63 bytes.</summary>
    public static string Of(string table, string log) => $"cacheme_{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{table}:{log}")):x16}";

    /// <summary>Listens until the token fires or the connection is lost.</summary>
    public static async Task ListenAsync(NpgsqlConnection connection, string channel, Action notified, CancellationToken cancellationToken)
    {
        void Told(object sender, NpgsqlNotificationEventArgs notification) => notified();

        connection.Notification += Told;
        try
        {
            await RunAsync(connection, $"LISTEN {channel}", cancellationToken).ConfigureAwait(false);
            notified();
            while (true)
            {
                if (!await connection.WaitAsync(KeepAlive, cancellationToken).ConfigureAwait(false))
                {
                    await RunAsync(connection, "SELECT 1", cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            connection.Notification -= Told;
            if (connection.State == System.Data.ConnectionState.Open)
            {
                // It goes back into a pool, where nobody resets it.
                await RunAsync(connection, "UNLISTEN *", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(text, connection);
        await using var close = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
