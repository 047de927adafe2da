using Cacheme.Sql;

namespace Cacheme.Sqlite;

/// <summary>Deletes expired rows, a batch at a time and in turn with the writes, and gives the space back.</summary>
internal sealed class FileSweep(Lane writes, SessionPool sessions, int batchSize, TimeProvider time)
{
    public async ValueTask<long> RunAsync(CancellationToken stop)
    {
        sessions.ReopenIfGone();
        var deleted = await SqlSweeper.InBatchesAsync(
            batchSize, () => InTurnAsync(session => session.Sweep(SqlExpiry.Now(time), batchSize), stop)).ConfigureAwait(false);
        while (await InTurnAsync(session => session.Shrink(), stop).ConfigureAwait(false))
        {
            // A few pages at a time, so that writes come between.
        }

        return deleted;
    }

    private ValueTask<T> InTurnAsync<T>(Func<Session, T> work, CancellationToken stop) =>
        writes.RunAsync(() => sessions.Use(work), stop);
}
