namespace Cacheme.Sql;

/// <summary>Whether the table is known to be there. The first who needs it has it made, and the others wait for that.</summary>
/// <param name="make">Looks at the table, and makes it when it is missing.</param>
internal sealed class SqlTable(Func<Task> make)
{
    private readonly Lock _gate = new();
    private volatile Task? _made;

    /// <summary>Whether the table was there when it was looked at last.</summary>
    public bool IsReady => _made is { IsCompletedSuccessfully: true };

    /// <summary>Returns when the table is there; an attempt that failed is made again by the next caller.</summary>
    /// <param name="cancellationToken">Ends the wait, not the attempt.</param>
    public ValueTask ReadyAsync(CancellationToken cancellationToken) =>
        IsReady ? ValueTask.CompletedTask : new ValueTask(Join().WaitAsync(cancellationToken));

    /// <summary>The table was found missing, or is to be looked at again.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            // One that is being made now is none that was found missing.
            _made = _made is { IsCompleted: true } ? null : _made;
        }
    }

    private Task Join()
    {
        lock (_gate)
        {
            if (_made is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // On the pool: a driver may block, and then neither this caller nor the lock may wait for it.
                _made = Task.Run(make, CancellationToken.None);
                _ = _made.ContinueWith(
                    static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return _made;
        }
    }
}
