using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cacheme.Fleet;

/// <summary>Gets the same keys again and again, and notes when a value changes.</summary>
internal sealed class Watch(ICacheme cacheme, int keys) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _seen = [];
    private Task _watching = Task.CompletedTask;

    public void Begin() => _watching = Task.Run(WatchAsync);

    /// <summary>What was seen: key, stamp and moment of each value that was new.</summary>
    public string Report() => string.Join(';', _seen);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        var last = new long[keys];
        while (!_stopping.IsCancellationRequested)
        {
            for (var key = 0; key < keys; key++)
            {
                var stamp = await cacheme.GetAsync(new StampNode(key), CancellationToken.None);
                if (stamp != last[key])
                {
                    last[key] = stamp;
                    _seen.Enqueue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key},{stamp},{Stopwatch.GetTimestamp()}"));
                }
            }

            await Task.Delay(1);
        }
    }
}
