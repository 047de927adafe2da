namespace Cacheme.Storage.Outage.Runs;

/// <summary>Asks for keys until the storage has given each of them again.</summary>
internal sealed class Comeback(ICacheme cacheme, Task running)
{
    private const int Watched = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>How long it takes from now; null when it was not all before the callers had ended.</summary>
    /// <param name="keys">Keys that the storage did not give during the fault; a hundred of them are asked for, spread evenly.</param>
    public async Task<TimeSpan?> WaitAsync(IReadOnlyList<int> keys)
    {
        var from = TimeProvider.System.GetTimestamp();
        var step = Math.Max(1, keys.Count / Watched);
        var all = await Task.WhenAll(keys.Where((_, i) => i % step == 0).Select(ReturnsAsync));
        return all.All(returned => returned) ? TimeProvider.System.GetElapsedTime(from) : null;
    }

    private async Task<bool> ReturnsAsync(int key)
    {
        // It never joins a load, so what it finds the storage has given.
        while (!(await cacheme.TryGetAsync(new OutageNode(key))).Found)
        {
            if (running.IsCompleted)
            {
                return false;
            }

            await cacheme.GetAsync(new OutageNode(key));
            await Task.Delay(Poll);
        }

        return true;
    }
}
