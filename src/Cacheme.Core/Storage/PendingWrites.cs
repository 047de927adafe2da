namespace Cacheme.Storage;

/// <summary>Writes and removals that have their places in the order, to be sent once no lock is held.</summary>
internal sealed class PendingWrites(
    KeyLanes lanes, IReadOnlyList<LaneOperation> operations, IReadOnlyList<LaneOperation> ready, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Sends them. Returns the first error once all are done, or a <see cref="TimeoutException"/> after the storage's timeout. Never fails.</summary>
    public async Task<Exception?> SendAsync()
    {
        lanes.Run(ready);
        try
        {
            var errors = await Task.WhenAll(operations.Select(operation => operation.Done)).WaitAsync(timeout, time).ConfigureAwait(false);
            return errors.FirstOrDefault(error => error is not null);
        }
        catch (TimeoutException error)
        {
            return error;
        }
    }
}
