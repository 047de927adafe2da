using System.Data;
using System.Data.Common;
using Cacheme.Storage;

namespace Cacheme.Sql;

/// <summary>Leases as rows of the storage's own table: the generation, and until when it is held by the clock of who holds it.</summary>
internal sealed class SqlLeases(SqlConnections connections, SqlDialect dialect, TimeProvider time) : IStorageLeases
{
    public ValueTask<long> TryTakeAsync(string key, TimeSpan duration, CancellationToken cancellationToken) =>
        ChangeAsync(key, row => row.TryTake(SqlExpiry.Now(time), duration), cancellationToken);

    public async ValueTask<bool> TryExtendAsync(string key, long generation, TimeSpan duration, CancellationToken cancellationToken) =>
        await ChangeAsync(key, row => row.TryExtend(generation, SqlExpiry.Now(time), duration), cancellationToken).ConfigureAwait(false) > 0;

    public async ValueTask ReleaseAsync(string key, long generation, CancellationToken cancellationToken) =>
        await ChangeAsync(key, row => row.TryRelease(generation, SqlExpiry.Now(time)), cancellationToken).ConfigureAwait(false);

    /// <summary>Changes the row, which is locked meanwhile. Null is no change.</summary>
    private ValueTask<long> ChangeAsync(string key, Func<LeaseRow, LeaseRow?> change, CancellationToken cancellationToken) =>
        connections.RunAsync((Leases: this, Key: LeaseRow.KeyOf(key), change), static (connection, ask) => ask.Leases.ChangeAsync(connection, ask.Key, ask.change), cancellationToken);

    private async ValueTask<long> ChangeAsync(DbConnection connection, byte[] key, Func<LeaseRow, LeaseRow?> change)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, CancellationToken.None).ConfigureAwait(false);
        await using var rollBack = transaction.ConfigureAwait(false);
        if (change(await LockAsync(connection, transaction, key).ConfigureAwait(false)) is not { } changed)
        {
            return 0;
        }

        await RunAsync(dialect.SetOne(connection, new SqlRow(key, changed.ToBytes(), changed.ForgottenAt)), transaction).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return changed.Generation;
    }

    private async ValueTask<LeaseRow> LockAsync(DbConnection connection, DbTransaction transaction, byte[] key)
    {
        while (true)
        {
            var command = dialect.GetForUpdate(connection, key);
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = transaction;
                if (await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false) is byte[] value)
                {
                    return LeaseRow.Of(value, SqlExpiry.Now(time));
                }
            }

            var free = LeaseRow.Free(SqlExpiry.Now(time));
            await RunAsync(dialect.AddOne(connection, new SqlRow(key, free.ToBytes(), free.ForgottenAt)), transaction).ConfigureAwait(false);
        }
    }

    private async ValueTask RunAsync(DbCommand command, DbTransaction transaction)
    {
        await using var close = command.ConfigureAwait(false);
        command.Transaction = transaction;
        await dialect.PrepareAsync(command).ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
