using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite;

/// <summary>Deletes expired rows in the background, a batch at a time and in turn with the writes, and gives the space back.</summary>
internal sealed class Sweeper : IAsyncDisposable
{
    private readonly Lane _writes;
    private readonly SessionPool _sessions;
    private readonly DatabaseFile _file;
    private readonly int _batchSize;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    /// <summary>Starts it; the first sweep is an interval away.</summary>
    public Sweeper(Lane writes, SessionPool sessions, DatabaseFile file, SqliteStorageOptions options, TimeProvider time, ILogger logger)
    {
        _writes = writes;
        _sessions = sessions;
        _file = file;
        _batchSize = options.SweepBatchSize;
        _time = time;
        _logger = logger;
        _timer = new PeriodicTimer(options.SweepInterval, time);
        _loop = RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _timer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await TrySweepAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The storage is being disposed.
        }
    }

    private async ValueTask TrySweepAsync(CancellationToken stop)
    {
        try
        {
            await SweepAsync(stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            Log.SweepFailed(_logger, _file.FullPath, exception);
        }
    }

    private async ValueTask SweepAsync(CancellationToken stop)
    {
        _sessions.ReopenIfGone();
        var total = 0L;
        int deleted;
        do
        {
            deleted = await InTurnAsync(session => session.Sweep(_time.GetUtcNow().ToUnixTimeMilliseconds(), _batchSize), stop).ConfigureAwait(false);
            total += deleted;
        }
        while (deleted == _batchSize);

        while (await InTurnAsync(session => session.Shrink(), stop).ConfigureAwait(false))
        {
            // A few pages at a time, so that writes come between.
        }

        Log.Swept(_logger, total, _file.FullPath);
    }

    private ValueTask<T> InTurnAsync<T>(Func<Session, T> work, CancellationToken stop) =>
        _writes.RunAsync(() => _sessions.Use(work), stop);
}
