using Microsoft.Extensions.Logging;

namespace Cacheme.Benchmarks.Subjects;

/// <summary>Keeps the first warning or error: a run in which a storage failed measures something else.</summary>
internal sealed class FirstWarning : ILoggerProvider, ILogger
{
    private string? _text;

    public string? Text => _text;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (_text is null)
        {
            Interlocked.CompareExchange(ref _text, $"{formatter(state, exception)} {exception?.Message}", null);
        }
    }

    public void Dispose()
    {
        // Nothing to give back.
    }
}
