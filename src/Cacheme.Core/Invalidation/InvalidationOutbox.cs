using Cacheme.Storage;

namespace Cacheme.Invalidation;

/// <summary>What is to be told to the other processes: while one record is on its way, what comes meanwhile goes together in the next.</summary>
/// <remarks>Thread-safe. Bounded: where too many keys of a node wait, the record says "all of the node".</remarks>
/// <param name="send">Sends groups; returns the number of the last record, or the error.</param>
internal sealed class InvalidationOutbox(Func<IReadOnlyList<InvalidationGroup>, Task<Guarded<long>>> send)
{
    private readonly Lock _lock = new();
    private Batch? _waiting;
    private bool _isSending;

    /// <summary>Whether nothing is on its way.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return !_isSending;
            }
        }
    }

    /// <summary>Sends keys of a node. Returns the number of a record when those that have them are in the log, or the error.</summary>
    /// <param name="group">The keys.</param>
    public Task<Guarded<long>> SendAsync(InvalidationGroup group)
    {
        Batch batch;
        bool isFirst;
        lock (_lock)
        {
            batch = _waiting ??= new();
            batch.Groups.Add(group);
            isFirst = !_isSending;
            _isSending = true;
        }

        if (isFirst)
        {
            // Owned by its batches: each gets its answer.
            _ = SendAllAsync();
        }

        return batch.Done.Task;
    }

    private async Task SendAllAsync()
    {
        while (TakeWaiting() is { } batch)
        {
            Guarded<long> sent;
            try
            {
                sent = await send(batch.Groups.Take()).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // A log or a meter's listener may throw too, and nobody must wait for ever.
                sent = new(0, failure);
            }

            batch.Done.SetResult(sent);
        }
    }

    private Batch? TakeWaiting()
    {
        lock (_lock)
        {
            var batch = _waiting;
            _waiting = null;
            _isSending = batch is not null;
            return batch;
        }
    }

    private sealed class Batch
    {
        public InvalidationGroups Groups { get; } = new(tooManyKeys: InvalidationScope.Memory);

        public TaskCompletionSource<Guarded<long>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
