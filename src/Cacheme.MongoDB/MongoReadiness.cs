namespace Cacheme.MongoDB;

/// <summary>Whether the collection is known to be as it must. The first who needs it has it looked at, and the others wait for that.</summary>
/// <remarks>
/// MongoDB makes a collection that was dropped again by itself, without the index, and tells nobody: so it is looked at again
/// from time to time.
/// </remarks>
/// <param name="look">Looks at the collection, and makes what is missing.</param>
/// <param name="time">The clock.</param>
internal sealed class MongoReadiness(Func<Task> look, TimeProvider time)
{
    /// <summary>How long a look is good for.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private volatile Task? _looked;
    private long _lookedAt;

    private bool IsFresh => _looked is { IsCompletedSuccessfully: true } && time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < Freshness;

    /// <summary>Returns when the collection is ready; an attempt that failed is made again by the next caller.</summary>
    /// <param name="cancellationToken">Ends the wait, not the attempt.</param>
    public ValueTask ReadyAsync(CancellationToken cancellationToken) => IsFresh ? ValueTask.CompletedTask : new ValueTask(Join().WaitAsync(cancellationToken));

    /// <summary>The collection is to be looked at again.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _looked = _looked is { IsCompleted: true } ? null : _looked;
        }
    }

    private Task Join()
    {
        lock (_gate)
        {
            if (_looked is null or { IsFaulted: true } or { IsCanceled: true } || (_looked.IsCompleted && !IsFresh))
            {
                Volatile.Write(ref _lookedAt, time.GetTimestamp());
                _looked = Task.Run(look, CancellationToken.None);
                _looked.LeaveBehind();
            }

            return _looked;
        }
    }
}
