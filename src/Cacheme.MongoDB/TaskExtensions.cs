namespace Cacheme.MongoDB;

/// <summary>Waiting for what cannot be stopped.</summary>
internal static class TaskExtensions
{
    /// <summary>Waits until the task ends or the token is cancelled; the task then ends on its own.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask WaitOrLeaveAsync(this Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            task.LeaveBehind();
            throw;
        }
    }

    /// <summary>Lets a task end on its own. A fault that nobody looked at would be reported as unobserved.</summary>
    /// <param name="task">The task.</param>
    public static void LeaveBehind(this Task task) => task.ContinueWith(
        static ended => ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
