using Microsoft.Extensions.Logging;

namespace Cacheme.Sql;

/// <summary>Sweeps in the background, an interval after the last sweep; a failure is logged and the next one comes all the same.</summary>
public sealed class SqlSweeper : IAsyncDisposable
{
    private readonly string _place;
    private readonly Func<CancellationToken, ValueTask<long>> _sweep;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;
    private readonly Lock _disposing = new();
    private Task? _disposed;

    /// <summary>Starts it; the first sweep is an interval away.</summary>
    /// <param name="place">What is swept, for the log.</param>
    /// <param name="options">How often.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of each sweep.</param>
    /// <param name="sweep">Deletes what has expired, and gives how many rows it was.</param>
    public SqlSweeper(string place, SqlStorageOptions options, TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask<long>> sweep)
    {
        ArgumentNullException.ThrowIfNull(options);
        _place = place;
        _sweep = sweep;
        _logger = logger;
        _timer = new PeriodicTimer(options.SweepInterval, time);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Deletes batch after batch until one is not full.</summary>
    /// <param name="size">The size of a full batch.</param>
    /// <param name="batch">Deletes a batch, and gives how many rows it found.</param>
    public static async ValueTask<long> InBatchesAsync(int size, Func<ValueTask<int>> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var total = 0L;
        int deleted;
        do
        {
            deleted = await batch().ConfigureAwait(false);
            total += deleted;
        }
        while (deleted >= size);

        return total;
    }

    /// <summary>Stops it, and returns when the sweep that runs has been left.</summary>
    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_disposing)
        {
            disposed = _disposed ??= StopAsync();
        }

        await disposed.ConfigureAwait(false);
    }

    private async Task StopAsync()
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
            Log.Swept(_logger, await _sweep(stop).ConfigureAwait(false), _place);
        }
        catch (Exception exception)
        {
            // What fails because the storage is being disposed is no news.
            if (!stop.IsCancellationRequested)
            {
                Log.SweepFailed(_logger, _place, exception);
            }
        }
    }
}
