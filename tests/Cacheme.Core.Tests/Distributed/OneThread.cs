using System.Collections.Concurrent;

namespace Cacheme.Tests.Distributed;

/// <summary>A context whose work is done by one thread, as that of a user interface.</summary>
public sealed class OneThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    /// <summary>Runs an action on the thread. Ends with it, and never when the action waits for the thread.</summary>
    public Task<T> RunAsync<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            SetSynchronizationContext(this);
            try
            {
                done.SetResult(action());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }) { IsBackground = true }.Start();
        return done.Task;
    }

    public void Dispose() => _posted.Dispose();
}
