using System.Data.Common;

namespace Cacheme.Sql;

/// <summary>A pool of connections, and how many operations use it: given up, it is closed behind the last of them.</summary>
/// <param name="dataSource">The driver's pool.</param>
/// <param name="owned">Whether it is closed here.</param>
internal sealed class SqlPool(DbDataSource dataSource, bool owned)
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // This object itself is one of the users, until it is given up.
    private int _users = 1;

    public DbDataSource DataSource => dataSource;

    /// <summary>Takes part; false where the pool was given up and nobody is left.</summary>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _idle.TrySetResult();
        }
    }

    /// <summary>Gives it up; called once.</summary>
    /// <param name="patience">How long its users may take before it is closed all the same. A connection in use then closes when its server answers.</param>
    public async Task CloseAsync(TimeSpan patience)
    {
        Leave();
        await _idle.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (owned)
        {
            await dataSource.DisposeAsync().ConfigureAwait(false);
        }
    }
}
