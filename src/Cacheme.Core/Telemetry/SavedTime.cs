namespace Cacheme.Telemetry;

/// <summary>How long the loads would have taken that a node's hits stood in for. Thread-safe.</summary>
/// <remarks>
/// Added up whenever it is read, for the hits since it was read last, at the mean time of that moment for one key: a product of both
/// totals would fall when loads become faster, and a counter never falls. Before the first load has returned nothing is known,
/// and the hits wait for it.
/// </remarks>
internal sealed class SavedTime
{
    private readonly Lock _lock = new();
    private TimeSpan _saved;
    private long _hits;

    /// <summary>The time saved until now.</summary>
    /// <param name="hits">The node's hits until now.</param>
    /// <param name="keys">The keys that its loads have brought.</param>
    /// <param name="loadTime">The time these loads took together.</param>
    public TimeSpan Read(long hits, long keys, TimeSpan loadTime)
    {
        lock (_lock)
        {
            if (keys > 0 && hits > _hits)
            {
                _saved += (hits - _hits) * (loadTime / keys);
                _hits = hits;
            }

            return _saved;
        }
    }
}
