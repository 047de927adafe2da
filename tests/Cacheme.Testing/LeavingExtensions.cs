namespace Cacheme.Testing;

/// <summary>Leaves operations as Cacheme leaves those of a storage.</summary>
public static class LeavingExtensions
{
    /// <summary>Waits until the operation ends or the token fires; what is left behind ends on its own, and nobody hears of its failure.</summary>
    public static async Task OrLeaveAsync(this Task operation, CancellationToken cancellationToken)
    {
        _ = operation.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
        await operation.WaitAsync(cancellationToken);
    }
}
