using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace Cacheme.Storage;

/// <summary>A read that waits for its part of a batch. Waited for once.</summary>
/// <param name="key">The key.</param>
/// <param name="caller">The caller's span, while anybody wants spans.</param>
/// <param name="cancellationToken">Says that nobody waits any more. It ends the wait only with <see cref="TryLeave"/>: to be told of it would cost each read more.</param>
internal sealed class BatchedRead(string key, Activity? caller, CancellationToken cancellationToken) : IValueTaskSource<Guarded<IReadOnlyList<StoredValue>>>
{
    // Not inline: who sends a batch would run the code of all its callers, one after the other.
    private ManualResetValueTaskSourceCore<Guarded<IReadOnlyList<StoredValue>>> _source = new() { RunContinuationsAsynchronously = true };

    public string Key => key;

    public Activity? Caller => caller;

    public ValueTask<Guarded<IReadOnlyList<StoredValue>>> WaitAsync() => new(this, _source.Version);

    public void Complete(Guarded<IReadOnlyList<StoredValue>> answer) => _source.SetResult(answer);

    /// <summary>Ends the read as cancelled when nobody waits for it any more.</summary>
    public bool TryLeave()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        _source.SetException(new OperationCanceledException(cancellationToken));
        return true;
    }

    Guarded<IReadOnlyList<StoredValue>> IValueTaskSource<Guarded<IReadOnlyList<StoredValue>>>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Guarded<IReadOnlyList<StoredValue>>>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<Guarded<IReadOnlyList<StoredValue>>>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
