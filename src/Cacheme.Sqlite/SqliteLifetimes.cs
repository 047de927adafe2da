using Cacheme.Sql;
using Cacheme.Storage;

namespace Cacheme.Sqlite;

/// <summary>Prolongs the lives of rows.</summary>
/// <param name="write">Executes work as the file's writer.</param>
/// <param name="now">The time.</param>
internal sealed class SqliteLifetimes(Func<Func<Session, int>, CancellationToken, ValueTask<int>> write, Func<long> now) : IStorageLifetimes
{
    public async ValueTask ProlongAsync(IReadOnlyList<string> keys, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var (from, end) = (now(), SqlExpiry.At(now(), timeToLive)!.Value); // Not null: there is a time to live.
        await write(session => session.Prolong(keys, from, end), cancellationToken).ConfigureAwait(false);
    }
}
