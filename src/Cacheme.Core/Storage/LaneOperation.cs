namespace Cacheme.Storage;

/// <summary>One write or removal of one key, waiting for its turn.</summary>
/// <param name="key">The key.</param>
/// <param name="write">What to write; null to remove.</param>
/// <param name="overrides">Whether what the storage holds under the key is wrong from now on.</param>
/// <param name="lifetime">How long what it holds may live; null for ever.</param>
internal sealed class LaneOperation(string key, StorageWrite? write, bool overrides, TimeSpan? lifetime)
{
    private TaskCompletionSource<Exception?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key => key;

    /// <summary>What to write; null to remove, and for one that was overtaken.</summary>
    public StorageWrite? Write { get; private set; } = write;

    public bool Overrides => overrides;

    public TimeSpan? Lifetime => lifetime;

    /// <summary>Its place in the order of its lane.</summary>
    public long Sequence { get; set; }

    /// <summary>Completes with the error, or null when it was done.</summary>
    public Task<Exception?> Done => _done.Task;

    public void Complete(Exception? error) => _done.TrySetResult(error);

    /// <summary>Takes the place of one that waits, before anybody waits for this one. The other never runs, and is done when this one is.</summary>
    public void Overtake(LaneOperation waiting)
    {
        _done = waiting._done;
        waiting.Write = null; // A storage that hangs for long would keep every value that was ever to be written.
    }
}
