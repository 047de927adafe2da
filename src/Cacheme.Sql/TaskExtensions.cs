namespace Cacheme.Sql;

/// <summary>Waiting for what cannot be stopped.</summary>
internal static class TaskExtensions
{
    /// <summary>Waits until the task ends or the token is cancelled; the task then ends on its own.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<T> WaitOrLeaveAsync<T>(this Task<T> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody will look at how it ended, and a fault that nobody looked at is reported as unobserved.
            _ = task.ContinueWith(
                static ended => ended.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }
}
