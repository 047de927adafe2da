namespace Cacheme.Sqlite;

/// <summary>Runs blocking work on threads of the pool: so much at once, so much waiting, first come first served.</summary>
/// <remarks>
/// Work that has not begun when its token is cancelled never begins. Work that has begun cannot be stopped: its caller leaves,
/// and its place is free again when it has ended.
/// </remarks>
internal sealed class Lane(int width, int maxQueued) : IAsyncDisposable
{
    private readonly SemaphoreSlim _places = new(width);
    private readonly CancellationTokenSource _closing = new();
    private int _queued;

    public async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        var running = Task.Run(() => Run(work, cancellationToken), CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            // Nobody is left to hear of a failure, and that is no unobserved one.
            _ = running.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Turns away those who wait, and returns when what runs has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        for (var i = 0; i < width; i++)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(SqliteStorage));
        if (_places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _queued) > maxQueued)
            {
                throw new InvalidOperationException($"The SQLite storage is overloaded: {maxQueued} operations wait for it (MaxQueued).");
            }

            using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await _places.WaitAsync(leave.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(SqliteStorage));
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }

    private T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return work();
        }
        finally
        {
            _places.Release();
        }
    }
}
