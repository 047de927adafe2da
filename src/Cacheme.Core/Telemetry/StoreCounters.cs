namespace Cacheme.Telemetry;

/// <summary>The counters of one local storage. Thread-safe.</summary>
internal sealed class StoreCounters(string name, int capacity)
{
    private readonly long[] _byReason = new long[(int)EvictionReason.Replaced + 1];
    private long _entries;

    public string Name => name;

    /// <summary>The most entries it holds.</summary>
    public int Capacity => capacity;

    public long Entries => Volatile.Read(ref _entries);

    public IEnumerable<(string Reason, long Count)> Evictions =>
    [
        ("size", Count(EvictionReason.Size)),
        ("expired", Count(EvictionReason.Expired)),
        ("invalidated", Count(EvictionReason.Invalidated)),
        ("replaced", Count(EvictionReason.Replaced)),
    ];

    public long Count(EvictionReason reason) => Volatile.Read(ref _byReason[(int)reason]);

    public void Added() => Interlocked.Increment(ref _entries);

    public void Left(EvictionReason reason)
    {
        Interlocked.Decrement(ref _entries);
        Interlocked.Increment(ref _byReason[(int)reason]);
    }
}
