using System.Collections.Concurrent;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Counts exceptions of tasks that nobody looked at, and that the cache or a driver of a storage had to do with.</summary>
/// <remarks>It hears of all in the process, those of runs side by side too.</remarks>
internal sealed class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<Exception> _seen = [];

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Note;

    /// <summary>Lets the runtime find those that are left, and gives all.</summary>
    public IReadOnlyCollection<Exception> Collect()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return _seen;
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private void Note(object? sender, UnobservedTaskExceptionEventArgs arguments)
    {
        arguments.SetObserved();
        _seen.Enqueue(arguments.Exception);
    }
}
