using System.Collections.Concurrent;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Counts exceptions of tasks that nobody looked at, and whose text or stack names the cache or a storage's driver.</summary>
/// <remarks>It hears of all in the process, those of runs side by side too: which run they are of cannot be told.</remarks>
internal sealed class UnobservedExceptions : IDisposable
{
    private static readonly string[] Ours = ["Cacheme", "StackExchange.Redis", "StackExchangeRedis", "Npgsql", "MySqlConnector", "Microsoft.Data.Sqlite"];

    private readonly ConcurrentQueue<Exception> _seen = [];

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Note;

    /// <summary>Lets the runtime find those that are left, and gives all. Finalizers also close what was left open.</summary>
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
        var text = arguments.Exception.ToString();
        if (Ours.Any(name => text.Contains(name, StringComparison.Ordinal)))
        {
            arguments.SetObserved();
            _seen.Enqueue(arguments.Exception);
        }
    }
}
