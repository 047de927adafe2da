using MySqlConnector;

namespace Cacheme.MySql;

/// <summary>Deletes expired rows: finds their keys without a lock, and locks then only those rows.</summary>
internal static class MySqlSweep
{
    private const int MostAtOnce = 1_000;

    public static async ValueTask<int> RunAsync(MySqlConnection connection, MySqlStatements sql, long now, int limit)
    {
        var keys = await FindAsync(connection, sql, now, limit).ConfigureAwait(false);
        keys.Sort(KeyOrder);
        foreach (var batch in keys.Chunk(MostAtOnce))
        {
            var size = MySqlStatements.SizeFor(batch.Length);
            var command = MySqlDialect.Command(connection, sql.RemoveExpired(size), [.. MySqlDialect.Filled(batch, size), now]);
            await using var close = command.ConfigureAwait(false);
            await command.PrepareAsync(CancellationToken.None).ConfigureAwait(false);
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return keys.Count;
    }

    // In the order in which writes lock.
    private static int KeyOrder(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other);

    private static async ValueTask<List<byte[]>> FindAsync(MySqlConnection connection, MySqlStatements sql, long now, int limit)
    {
        var keys = new List<byte[]>();
        var command = MySqlDialect.Command(connection, sql.FindExpired, now, limit);
        await using var closeCommand = command.ConfigureAwait(false);
        await command.PrepareAsync(CancellationToken.None).ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            keys.Add(rows.GetFieldValue<byte[]>(0));
        }

        return keys;
    }
}
