using System.Data.Common;
using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>What is done on one connection, with the dialect's commands.</summary>
internal static class SqlCommands
{
    public static async ValueTask<IReadOnlyList<StoredValue>> GetAsync(DbConnection connection, (SqlDialect Dialect, byte[] Key, long Now) read)
    {
        var command = read.Dialect.GetOne(connection, read.Key, read.Now);
        await using var closeCommand = command.ConfigureAwait(false);
        await read.Dialect.PrepareAsync(command).ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closeRows = rows.ConfigureAwait(false);
        return await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false)
            ? new StoredValue[] { new(rows.GetFieldValue<byte[]>(0)) }
            : new StoredValue[1];
    }

    public static async ValueTask<IReadOnlyList<StoredValue>> GetManyAsync(DbConnection connection, (SqlDialect Dialect, byte[][] Keys, long Now) read)
    {
        var found = new Dictionary<byte[], StoredValue>(KeyBytes.Comparer);
        foreach (var batch in SqlBatches.OfKeys(read.Keys))
        {
            var command = read.Dialect.GetMany(connection, batch, read.Now);
            await using var closeCommand = command.ConfigureAwait(false);
            await read.Dialect.PrepareAsync(command).ConfigureAwait(false);
            var rows = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using var closeRows = rows.ConfigureAwait(false);
            while (await rows.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                found[rows.GetFieldValue<byte[]>(0)] = new StoredValue(rows.GetFieldValue<byte[]>(1));
            }
        }

        return Array.ConvertAll<byte[], StoredValue>(read.Keys, key => found.GetValueOrDefault(key));
    }

    public static async ValueTask<int> SetAsync(DbConnection connection, (SqlDialect Dialect, SqlRow[] Rows) write)
    {
        if (write.Rows is [var row])
        {
            return await ExecuteAsync(write.Dialect, write.Dialect.SetOne(connection, row)).ConfigureAwait(false);
        }

        foreach (var batch in SqlBatches.OfRows(write.Rows, write.Dialect.LargestBatch))
        {
            await ExecuteAsync(
                write.Dialect,
                batch is [var single] ? write.Dialect.SetOne(connection, single) : write.Dialect.SetMany(connection, batch)).ConfigureAwait(false);
        }

        return write.Rows.Length;
    }

    public static async ValueTask<int> RemoveAsync(DbConnection connection, (SqlDialect Dialect, byte[][] Keys) removal)
    {
        foreach (var batch in SqlBatches.OfKeys(removal.Keys))
        {
            await ExecuteAsync(
                removal.Dialect,
                batch is [var single] ? removal.Dialect.RemoveOne(connection, single) : removal.Dialect.RemoveMany(connection, batch)).ConfigureAwait(false);
        }

        return removal.Keys.Length;
    }

    private static async ValueTask<int> ExecuteAsync(SqlDialect dialect, DbCommand command)
    {
        await using var close = command.ConfigureAwait(false);
        await dialect.PrepareAsync(command).ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
