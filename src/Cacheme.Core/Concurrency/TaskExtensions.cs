namespace Cacheme.Concurrency;

/// <summary>Waiting for what cannot be stopped.</summary>
internal static class TaskExtensions
{
    /// <summary>Waits until the task ends or the token fires; the task then ends on its own, and nobody hears of its failure.</summary>
    public static async Task WaitOrLeaveAsync(this Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A fault that nobody looked at would be reported as unobserved.
            _ = task.ContinueWith(
                static ended => ended.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }
}
