namespace Cacheme.Sql;

/// <summary>Listens on a connection of its own, and on another one when that was lost; it ends with the storage at the latest. Does nothing where the database tells nobody.</summary>
internal sealed class SqlListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // How long a process waits at its end for a server; not a time of the cache.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SqlConnections _connections;
    private readonly SqlDialect _dialect;
    private readonly string _log;
    private readonly Action _appended;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping;
    private readonly Task _listening;
    private int _disposals;

    public SqlListener(SqlConnections connections, SqlDialect dialect, string log, Action appended, TimeProvider time)
    {
        _connections = connections;
        _dialect = dialect;
        _log = log;
        _appended = appended;
        _time = time;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(connections.Closing);
        var stop = _stopping.Token;
        _listening = dialect.Pushes ? Task.Run(() => ListenAsync(stop), CancellationToken.None) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            _stopping.Dispose();
        }

        await _listening.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        void Told()
        {
            if (!stop.IsCancellationRequested)
            {
                _appended();
            }
        }

        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _dialect.ListenAsync(_connections.DataSource, _log, Told, stop).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Whoever reads the log says what is wrong; here it only takes longer until it is read.
            }

            await Task.Delay(Pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
