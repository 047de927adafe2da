using MongoDB.Driver;

namespace Cacheme.MongoDB;

/// <summary>The one client of a storage: made by the first who needs it, shared by all.</summary>
/// <remarks>An attempt that failed is made again by the next caller; a client that exists reconnects by itself.</remarks>
/// <param name="open">Makes the client, or gives it.</param>
/// <param name="owned">Whether it is closed with this.</param>
internal sealed class MongoConnection(Func<IMongoClient> open, bool owned) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IMongoClient>? _opening;
    private volatile IMongoClient? _client;
    private bool _disposed;

    /// <summary>The client; null where it is still to be made.</summary>
    public IMongoClient? Client => _client;

    public ValueTask<IMongoClient> OpenAsync(CancellationToken cancellationToken) =>
        _client is { } client ? new(client) : WaitAsync(JoinOrOpen(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Task<IMongoClient>? opening;
        lock (_gate)
        {
            opening = _opening;
            _opening = null;
            _disposed = true;
        }

        if (owned && opening is not null)
        {
            // On the pool: closing may block.
            var closing = Task.Run(() => CloseAsync(opening));
            if (opening.IsCompleted)
            {
                await closing.ConfigureAwait(false);
            }
            else
            {
                // DNS is being asked for its cluster, which may take long; there is no connection yet.
                closing.LeaveBehind();
            }
        }
    }

    private static async ValueTask<IMongoClient> WaitAsync(Task<IMongoClient> opening, CancellationToken cancellationToken)
    {
        await opening.WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
        return await opening.ConfigureAwait(false);
    }

    private static async Task CloseAsync(Task<IMongoClient> opening)
    {
        // As a task without a result, so that an attempt that failed does not throw here.
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            using var client = await opening.ConfigureAwait(false);
            ClusterRegistry.Instance.UnregisterAndDisposeCluster(client.Cluster);
        }
    }

    private Task<IMongoClient> JoinOrOpen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(MongoStorage));
            if (_opening is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // On the pool: the application's may be made only now, and neither this caller nor the lock may wait for that.
                _opening = Task.Run(() => _client = open(), CancellationToken.None);
            }

            return _opening;
        }
    }
}
