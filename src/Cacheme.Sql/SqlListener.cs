namespace Cacheme.Sql;

/// <summary>Listens on a connection of its own, and on another one when that was lost. Does nothing where the database tells nobody.</summary>
internal sealed class SqlListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SqlConnections _connections;
    private readonly SqlDialect _dialect;
    private readonly string _log;
    private readonly Action _appended;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _listening;

    public SqlListener(SqlConnections connections, SqlDialect dialect, string log, Action appended, TimeProvider time)
    {
        _connections = connections;
        _dialect = dialect;
        _log = log;
        _appended = appended;
        _time = time;
        _listening = dialect.Pushes ? Task.Run(ListenAsync) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _connections.StayAsync(connection => _dialect.ListenAsync(connection, _log, _appended, _stopping.Token), _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception) when (!_stopping.IsCancellationRequested)
            {
                // Whoever reads the log says what is wrong; here it only takes longer until it is read.
                await Task.Delay(Pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
