using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Hears from the cache's log when the storage fails, when its entries cannot be read, and when its circuit opens and closes.</summary>
internal sealed class StorageLog : ILoggerProvider, ILogger
{
    private const string Core = "Cacheme";
    private const int StorageFailed = 1, CircuitOpened = 2, CircuitClosed = 3, UnreadableEntry = 7;

    private readonly ConcurrentQueue<(long At, bool IsOpen)> _turns = [];
    private int _failures;
    private int _unreadable;

    /// <summary>Operations that failed, so far.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Kinds of entries that could not be read, so far: the log tells of each kind once.</summary>
    public int Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>When the circuit first opened in a span of time, by timestamp; null when it did not.</summary>
    public long? OpenedIn(long from, long to) =>
        _turns.Where(turn => turn.IsOpen && turn.At >= from && turn.At < to).Select(turn => (long?)turn.At).FirstOrDefault();

    /// <summary>Whether the circuit was open.</summary>
    public bool IsOpenAt(long timestamp) => _turns.LastOrDefault(turn => turn.At <= timestamp).IsOpen;

    // The storages number their events too, and everybody else does.
    public ILogger CreateLogger(string categoryName) => categoryName == Core ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        switch (eventId.Id)
        {
            case StorageFailed:
                Interlocked.Increment(ref _failures);
                break;
            case UnreadableEntry:
                Interlocked.Increment(ref _unreadable);
                break;
            case CircuitOpened:
            case CircuitClosed:
                _turns.Enqueue((TimeProvider.System.GetTimestamp(), eventId.Id == CircuitOpened));
                break;
        }
    }

    public void Dispose()
    {
    }
}
