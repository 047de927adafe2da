using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>The one multiplexer of a storage: opened by the first who needs it, shared by all.</summary>
/// <remarks>An attempt that failed is made again by the next caller; a multiplexer that exists reconnects by itself.</remarks>
/// <param name="open">Opens the multiplexer.</param>
/// <param name="owned">Whether it is disposed with this.</param>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> open, bool owned) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private volatile Task<IConnectionMultiplexer>? _opening;
    private bool _disposed;

    /// <summary>The multiplexer, if it is there already.</summary>
    public IConnectionMultiplexer? Opened => _opening is { IsCompletedSuccessfully: true } opened ? opened.GetAwaiter().GetResult() : null;

    /// <summary>The multiplexer, once it is there.</summary>
    /// <param name="cancellationToken">Ends the waiting, and not the opening, which is for all.</param>
    public async ValueTask<IConnectionMultiplexer> OpenAsync(CancellationToken cancellationToken) =>
        Opened ?? await JoinOrOpen().WaitAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? opening;
        lock (_gate)
        {
            opening = _opening;
            _opening = null;
            _disposed = true;
        }

        if (!owned || opening is null)
        {
            return;
        }

        var closing = CloseAsync(opening);
        if (opening.IsCompleted)
        {
            await closing.ConfigureAwait(false);
        }
        else
        {
            // An attempt cannot be stopped, and while a server hangs it may take several connect timeouts: as long as
            // that no host shall wait to stop.
            _ = closing.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        }
    }

    private static async Task CloseAsync(Task<IConnectionMultiplexer> opening)
    {
        // As a task without a result, so that an attempt that failed does not throw here.
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            var multiplexer = await opening.ConfigureAwait(false);

            // Nothing of ours is under way any more; to wait for answers would hold up the host while a server hangs.
            await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await multiplexer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<IConnectionMultiplexer> JoinOrOpen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RedisStorage));
            if (_opening is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // On the pool: opening may block, and then neither this caller nor the lock may wait for it. Without this
                // caller's context: the connection would keep it, with its request and its spans, for good.
                using var flow = ExecutionContext.SuppressFlow();
                _opening = Task.Run(open, CancellationToken.None);

                // All who wait for it may have left when it fails.
                _ = _opening.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            }

            return _opening;
        }
    }
}
