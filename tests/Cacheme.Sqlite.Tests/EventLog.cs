using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Cacheme.Sqlite.Tests;

/// <summary>Keeps the numbers and texts of what was logged, and lets a test wait for the next of a number.</summary>
internal sealed class EventLog : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _events = new();
    private readonly Channel<int> _ids = Channel.CreateUnbounded<int>();

    public IEnumerable<string> Of(int id) => _events.Where(one => one.Id == id).Select(one => one.Text);

    public async Task<string> NextAsync(int id, CancellationToken cancellationToken)
    {
        while (await _ids.Reader.ReadAsync(cancellationToken) != id)
        {
            // Another event.
        }

        return Of(id).Last();
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _events.Enqueue((eventId.Id, formatter(state, exception)));
        _ids.Writer.TryWrite(eventId.Id);
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
