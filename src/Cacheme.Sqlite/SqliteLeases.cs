using Cacheme.Storage;

namespace Cacheme.Sqlite;

/// <summary>Leases as rows of the storage's own table, for the processes that share the file.</summary>
/// <param name="write">Executes work as the file's writer.</param>
/// <param name="now">The time.</param>
internal sealed class SqliteLeases(Func<Func<Session, long>, CancellationToken, ValueTask<long>> write, Func<long> now) : IStorageLeases
{
    public ValueTask<long> TryTakeAsync(string key, TimeSpan duration, CancellationToken cancellationToken) =>
        write(session => session.ChangeLease(key, row => row.TryTake(now(), duration), now()), cancellationToken);

    public async ValueTask<bool> TryExtendAsync(string key, long generation, TimeSpan duration, CancellationToken cancellationToken) =>
        await write(session => session.ChangeLease(key, row => row.TryExtend(generation, now(), duration), now()), cancellationToken).ConfigureAwait(false) > 0;

    public async ValueTask ReleaseAsync(string key, long generation, CancellationToken cancellationToken) =>
        await write(session => session.ChangeLease(key, row => row.TryRelease(generation, now()), now()), cancellationToken).ConfigureAwait(false);
}
