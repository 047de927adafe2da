using Microsoft.Extensions.Logging;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Hears from the log when the circuit opens for the first time.</summary>
internal sealed class CircuitLog : ILoggerProvider, ILogger
{
    private const int CircuitOpened = 2;

    private long _openedAt;

    /// <summary>The timestamp of the first opening; zero before it.</summary>
    public long OpenedAt => Volatile.Read(ref _openedAt);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == CircuitOpened && logLevel == LogLevel.Error)
        {
            Interlocked.CompareExchange(ref _openedAt, TimeProvider.System.GetTimestamp(), 0);
        }
    }

    public void Dispose()
    {
    }
}
