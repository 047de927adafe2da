namespace Cacheme.Testing;

/// <summary>Holds whoever comes by until it is opened, and tells that somebody came: order without sleeping.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody stands before the gate.</summary>
    public Task Reached => _reached.Task.WaitAsync(Patience.Limit);

    /// <summary>Stands before the gate until it is opened.</summary>
    public Task PassAsync(CancellationToken cancellationToken = default)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets everybody pass, now and later.</summary>
    public void Open() => _opened.TrySetResult();
}
