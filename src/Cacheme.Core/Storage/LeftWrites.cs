using System.Collections.Concurrent;
using Cacheme.Concurrency;

namespace Cacheme.Storage;

/// <summary>Writes and removals whose callers have left while they went on. The next one of the same key waits for them.</summary>
/// <remarks>For storages that do not keep the order themselves. Writes of one key that nobody left have no order here. Thread-safe.</remarks>
internal sealed class LeftWrites
{
    private readonly ConcurrentDictionary<string, Task> _byKey = new(StringComparer.Ordinal);

    /// <summary>Runs a write of a key, after one that was left, and waits for it until it ends or the token fires.</summary>
    public async Task RunAsync(string key, Func<Task> write, CancellationToken cancellationToken)
    {
        if (_byKey.TryGetValue(key, out var former))
        {
            await former.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        var running = write();
        try
        {
            await running.WaitOrLeaveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            Keep(key, running);
            throw;
        }
    }

    private void Keep(string key, Task running)
    {
        _byKey[key] = running;
        _ = running.ContinueWith(
            _ => _byKey.TryRemove(new KeyValuePair<string, Task>(key, running)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
