using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>Prolongs the lives of rows, by the application's clock as everything.</summary>
internal sealed class SqlLifetimes(SqlConnections connections, SqlDialect dialect, TimeProvider time) : IStorageLifetimes
{
    public async ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var now = SqlExpiry.Now(time);
        await connections.RunAsync(
            (dialect, keys.Select(SqlKey.Encode).ToArray(), now, SqlExpiry.At(now, timeToLive)!.Value), // Not null: there is a time to live.
            SqlCommands.ProlongAsync,
            cancellationToken).ConfigureAwait(false);
    }
}
