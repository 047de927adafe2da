using Polly.CircuitBreaker;

namespace Cacheme.Storage;

/// <summary>Writes and removals of one storage that have their places in the order, to be sent together once no lock is held.</summary>
/// <remarks>Used by one run at a time; not thread-safe.</remarks>
internal sealed class PendingWrites(string storage, KeyLanes lanes, TimeSpan timeout, TimeProvider time)
{
    private readonly List<LaneOperation> _operations = [];
    private readonly List<LaneOperation> _ready = [];

    public string Storage => storage;

    /// <summary>The longest that <see cref="SendAsync"/> takes.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>Gives an operation its place. Sends nothing, so it may be called under a lock.</summary>
    public void Add(LaneOperation operation)
    {
        _operations.Add(operation);
        if (lanes.Enqueue(operation))
        {
            _ready.Add(operation);
        }
    }

    /// <summary>Sends them. Returns the first error once all are done, or a <see cref="TimeoutException"/> after the storage's timeout. Never fails.</summary>
    public async Task<Exception?> SendAsync()
    {
        if (_operations.Count == 0)
        {
            return null;
        }

        lanes.Run(_ready);
        if (_ready.Count == _operations.Count)
        {
            // The guard ends what is sent at once.
            return await FirstErrorAsync(CancellationToken.None).ConfigureAwait(false);
        }

        if (lanes.IsCutOff)
        {
            return new BrokenCircuitException($"Storage '{storage}' fails too often, and the operation waits behind one that hangs.");
        }

        // Leaving at the timeout, and leaving nothing behind: what is waited for may never end.
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            return await FirstErrorAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new TimeoutException($"It waited longer than {timeout} for operations of the same key.");
        }
    }

    private async Task<Exception?> FirstErrorAsync(CancellationToken cancellationToken)
    {
        var first = default(Exception);
        foreach (var operation in _operations)
        {
            var error = await operation.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
            first ??= error;
        }

        return first;
    }
}
