namespace Cacheme.Storage;

/// <summary>One write or removal of one key, waiting for its turn.</summary>
/// <param name="key">The key.</param>
/// <param name="write">What to write; null to remove.</param>
/// <param name="overrides">Whether what the storage holds under the key is wrong from now on.</param>
/// <param name="lifetime">How long what it holds may live; null for ever.</param>
internal sealed class LaneOperation(string key, StorageWrite? write, bool overrides, TimeSpan? lifetime)
{
    private readonly TaskCompletionSource<Exception?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key => key;

    public StorageWrite? Write => write;

    public bool Overrides => overrides;

    public TimeSpan? Lifetime => lifetime;

    /// <summary>Its place in the order of its lane.</summary>
    public long Sequence { get; set; }

    /// <summary>An operation that waited and was overtaken by this one: it is done when this one is.</summary>
    public LaneOperation? Overtaken { get; set; }

    /// <summary>Completes with the error, or null when it was done.</summary>
    public Task<Exception?> Done => _done.Task;

    public void Complete(Exception? error)
    {
        for (var operation = this; operation is not null; operation = operation.Overtaken)
        {
            operation._done.TrySetResult(error);
        }
    }
}
