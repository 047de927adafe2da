using System.Data.Common;
using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>What is done on one connection, with the dialect's commands.</summary>
internal static class SqlCommands
{
    public static async ValueTask<IReadOnlyList<StoredValue>> GetAsync(DbConnection connection, (SqlDialect Dialect, byte[] Key, long Now) read)
    {
        if (read.Key.Length > read.Dialect.LongestKey)
        {
            return new StoredValue[1];
        }

        var command = read.Dialect.GetOne(connection, read.Key, read.Now);
        await using var closeCommand = command.ConfigureAwait(false);
        await read.Dialect.PrepareAsync(command).ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        return await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false) && !rows.IsDBNull(0)
            ? new StoredValue[] { new(rows.GetFieldValue<byte[]>(0)) }
            : new StoredValue[1];
    }

    public static async ValueTask<IReadOnlyList<StoredValue>> GetManyAsync(DbConnection connection, (SqlDialect Dialect, byte[][] Keys, long Now) read)
    {
        var found = new Dictionary<byte[], StoredValue>(KeyBytes.Comparer);
        foreach (var batch in SqlBatches.OfKeys(Held(read.Keys, read.Dialect), read.Dialect.LargestBatch))
        {
            var command = read.Dialect.GetMany(connection, batch, read.Now);
            await using var closeCommand = command.ConfigureAwait(false);
            await read.Dialect.PrepareAsync(command).ConfigureAwait(false);
            var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using var closeRows = rows.ConfigureAwait(false);
            while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // A row of somebody else's may hold no value.
                if (!rows.IsDBNull(1))
                {
                    found[rows.GetFieldValue<byte[]>(0)] = new StoredValue(rows.GetFieldValue<byte[]>(1));
                }
            }
        }

        return Array.ConvertAll<byte[], StoredValue>(read.Keys, key => found.GetValueOrDefault(key));
    }

    public static async ValueTask<int> SetAsync(DbConnection connection, (SqlDialect Dialect, SqlRow[] Rows) write)
    {
        if (write.Rows is [var row])
        {
            ThrowIfTooLong(row.Key.Length, write.Dialect);
            return await ExecuteAsync(write.Dialect, write.Dialect.SetOne(connection, row)).ConfigureAwait(false);
        }

        // One row that cannot be written is no reason to leave out the others.
        var refused = default(SqlStorageException);
        foreach (var batch in SqlBatches.OfRows(write.Rows.Where(row => row.Key.Length <= write.Dialect.LongestKey), write.Dialect.LargestBatch))
        {
            try
            {
                await ExecuteAsync(
                    write.Dialect,
                    batch is [var single] ? write.Dialect.SetOne(connection, single) : write.Dialect.SetMany(connection, batch)).ConfigureAwait(false);
            }
            catch (SqlStorageException tooLarge)
            {
                refused = tooLarge;
            }
        }

        ThrowIfTooLong(write.Rows.Max(row => row.Key.Length), write.Dialect);
        return refused is null ? write.Rows.Length : throw refused;
    }

    public static async ValueTask<int> RemoveAsync(DbConnection connection, (SqlDialect Dialect, byte[][] Keys) removal)
    {
        foreach (var batch in SqlBatches.OfKeys(Held(removal.Keys, removal.Dialect), removal.Dialect.LargestBatch))
        {
            await ExecuteAsync(
                removal.Dialect,
                batch is [var single] ? removal.Dialect.RemoveOne(connection, single) : removal.Dialect.RemoveMany(connection, batch)).ConfigureAwait(false);
        }

        return removal.Keys.Length;
    }

    public static async ValueTask<int> ProlongAsync(DbConnection connection, (SqlDialect Dialect, byte[][] Keys, long Now, long ExpiresAt) prolonged)
    {
        var changed = 0;
        foreach (var batch in SqlBatches.OfKeys(Held(prolonged.Keys, prolonged.Dialect), prolonged.Dialect.LargestBatch))
        {
            changed += await ExecuteAsync(
                prolonged.Dialect, prolonged.Dialect.Prolong(connection, batch, prolonged.Now, prolonged.ExpiresAt)).ConfigureAwait(false);
        }

        return changed;
    }

    /// <summary>Throws where the table would refuse a key, or cut it.</summary>
    public static void ThrowIfTooLong(int length, SqlDialect dialect)
    {
        if (length > dialect.LongestKey)
        {
            throw new ArgumentException($"A key of {length} bytes is longer than this database's table takes, which is {dialect.LongestKey}.");
        }
    }

    private static async ValueTask<int> ExecuteAsync(SqlDialect dialect, DbCommand command)
    {
        await using var close = command.ConfigureAwait(false);
        await dialect.PrepareAsync(command).ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    // Asked only now, with a connection: how long a key may be is known when the table has been looked at.
    private static IEnumerable<byte[]> Held(IEnumerable<byte[]> keys, SqlDialect dialect) => keys.Where(key => key.Length <= dialect.LongestKey);
}
