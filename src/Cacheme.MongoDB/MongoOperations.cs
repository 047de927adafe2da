namespace Cacheme.MongoDB;

/// <summary>Lets operations in until it is closed, and knows when the last one has left.</summary>
/// <remarks>
/// The driver, closed while somebody waits for a connection, may leave that one waiting for ever and the connection open. So it
/// is closed behind the last operation, and one that a hanging server holds up is let go before.
/// </remarks>
/// <param name="patience">How long those that are under way may take when it is closed.</param>
internal sealed class MongoOperations(TimeSpan patience) : IAsyncDisposable
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closed = new();

    // This object itself is one of them, until it is closed.
    private int _count = 1;
    private int _closing;

    /// <summary>Runs an operation.</summary>
    /// <param name="state">What it needs.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="ObjectDisposedException">It is closed, or was closed before the operation had ended.</exception>
    public async Task<TResult> RunAsync<TState, TResult>(TState state, Func<TState, Task<TResult>> operation)
    {
        Enter();
        var closed = _closed.Token;
        var running = LeaveAfterAsync(state, operation);
        try
        {
            return await running.WaitAsync(closed).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested && !running.IsCompleted)
        {
            running.LeaveBehind();
            throw new ObjectDisposedException(typeof(MongoStorage).FullName);
        }
    }

    /// <summary>Lets nobody in any more, and returns when all have left or the patience is over; then the others are let go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        Leave();
        await _idle.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _closed.CancelAsync().ConfigureAwait(false);
        _closed.Dispose();
    }

    private async Task<TResult> LeaveAfterAsync<TState, TResult>(TState state, Func<TState, Task<TResult>> operation)
    {
        try
        {
            return await operation(state).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        Interlocked.Increment(ref _count);
        if (Volatile.Read(ref _closing) != 0)
        {
            Leave();
            throw new ObjectDisposedException(typeof(MongoStorage).FullName);
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _idle.TrySetResult();
        }
    }
}
