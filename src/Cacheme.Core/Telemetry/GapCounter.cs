namespace Cacheme.Telemetry;

/// <summary>How often the log of a storage could not be read in full. Thread-safe.</summary>
internal sealed class GapCounter(string store)
{
    private long _count;

    public string Store => store;

    public long Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}
