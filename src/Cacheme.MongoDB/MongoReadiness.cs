namespace Cacheme.MongoDB;

/// <summary>Whether the collection is known to be as it must. The first who needs it has it looked at, and the others wait for that.</summary>
/// <remarks>
/// MongoDB makes a collection that was dropped again by itself, without the index, and tells nobody: so it is looked at again
/// from time to time. Nobody waits for that, and a look that fails changes nothing; only one that finds the collection unfit does.
/// </remarks>
/// <param name="look">Looks at the collection, makes what is missing, and gives what makes it unfit; null where nothing does.</param>
/// <param name="time">The clock.</param>
internal sealed class MongoReadiness(Func<Task<MongoStorageException?>> look, TimeProvider time)
{
    /// <summary>How long a look is good for.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(10);

    /// <summary>How soon a look is made again that has failed behind those who do not wait for it.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private volatile Task? _looked;
    private volatile bool _isFit;
    private long _lookedAt;

    private bool IsDue => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= (_looked is { IsFaulted: true } ? Retry : Freshness);

    /// <summary>Returns when the collection is known to be fit; an attempt that failed is made again by the next caller.</summary>
    /// <param name="cancellationToken">Ends the wait, not the attempt.</param>
    public ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        if (!_isFit)
        {
            return LookAsync(cancellationToken);
        }

        if (IsDue)
        {
            Join();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Returns when the collection was looked at now.</summary>
    /// <param name="cancellationToken">Ends the wait, not the attempt.</param>
    public ValueTask LookAsync(CancellationToken cancellationToken) => new(Join().WaitAsync(cancellationToken));

    private Task Join()
    {
        lock (_gate)
        {
            if (_looked is not { IsCompleted: false })
            {
                Volatile.Write(ref _lookedAt, time.GetTimestamp());
                _looked = Task.Run(JudgeAsync, CancellationToken.None);
                _looked.LeaveBehind();
            }

            return _looked;
        }
    }

    private async Task JudgeAsync()
    {
        var unfit = await look().ConfigureAwait(false);
        _isFit = unfit is null;
        if (unfit is not null)
        {
            throw unfit;
        }
    }
}
