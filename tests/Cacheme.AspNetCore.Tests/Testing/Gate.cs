namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>Holds a handler open until the test lets it go.</summary>
internal sealed class Gate
{
    /// <summary>How long a test waits for what must happen; only a broken one waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _entries;

    public int Entries => _entries;

    public Task Entered => _entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public void Open() => _opened.TrySetResult();

    public Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _entries);
        _entered.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
