namespace Cacheme.Sqlite;

/// <summary>Runs blocking work on threads of the pool: so much at once, so much waiting, first come first served.</summary>
/// <remarks>
/// Work that has not begun when its token is cancelled never begins. Work that has begun cannot be stopped, and its place is
/// free again when it has ended. The pool is told to keep so many threads more at hand: a file that another
/// process has locked blocks them all, and the pool by itself adds one in half a second, while timers and callers wait.
/// </remarks>
internal sealed class Lane : IAsyncDisposable
{
    private static readonly Lock Pool = new();

    private readonly int _width;
    private readonly int _maxQueued;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _closing = new();
    private int _queued;
    private int _disposals;

    public Lane(int width, int maxQueued)
    {
        _width = width;
        _maxQueued = maxQueued;
        _places = new SemaphoreSlim(width);
        KeepAtHand(width);
    }

    /// <summary>Runs work on a thread of the pool when its turn has come.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Takes back what has not begun.</param>
    public async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(SqliteStorage));
        if (_places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        else
        {
            // Who has waited is on a thread of the pool; but a place may have become free in this very moment.
            await WaitForPlaceAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

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

    /// <summary>Turns away those who wait, and returns when what runs has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Increment(ref _disposals) == 1)
        {
            KeepAtHand(-_width);
        }

        for (var i = 0; i < _width; i++)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _queued) > _maxQueued)
            {
                throw new InvalidOperationException($"The SQLite storage is overloaded: {_maxQueued} operations wait for it (MaxQueued).");
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

    private static void KeepAtHand(int threads)
    {
        lock (Pool)
        {
            ThreadPool.GetMinThreads(out var workers, out var completions);
            ThreadPool.SetMinThreads(workers + threads, completions);
        }
    }
}
