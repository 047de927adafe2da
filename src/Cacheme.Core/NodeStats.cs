namespace Cacheme;

/// <summary>What a node's cache did since the host started. A snapshot; exact once the calls it counts have completed.</summary>
/// <remarks>Every rate is 0 when there is nothing to divide by.</remarks>
public sealed record NodeStats
{
    /// <summary>Gets that completed, each counted once: hits and misses. GetAll counts each distinct key. Cancelled callers, TryGet, Set and Refresh are not in it.</summary>
    public long RequestCount => HitCount + MissCount;

    /// <summary>Requests that a tier answered.</summary>
    public long HitCount { get; init; }

    /// <summary>Requests that a load answered, or failed to.</summary>
    public long MissCount { get; init; }

    /// <summary>Hits, by the storage that answered.</summary>
    public required IReadOnlyDictionary<string, long> HitsByStorage { get; init; }

    /// <summary>Requests that joined a flight of another caller; they are among the hits or misses too.</summary>
    public long CollapsedCount { get; init; }

    /// <summary>Gets whose caller left before the answer.</summary>
    public long CancelledCount { get; init; }

    /// <summary>Runs of a loader, of one node or of a batch.</summary>
    public long LoadCount => LoadSuccessCount + LoadFailureCount + LoadCancelledCount;

    /// <summary>Loads that returned.</summary>
    public long LoadSuccessCount { get; init; }

    /// <summary>Loads that threw.</summary>
    public long LoadFailureCount { get; init; }

    /// <summary>Loads that were stopped because nobody waited for them any more.</summary>
    public long LoadCancelledCount { get; init; }

    /// <summary>The time all loads took together.</summary>
    public TimeSpan TotalLoadTime { get; init; }

    /// <summary>Calls of TryGet that completed.</summary>
    public long TryGetCount { get; init; }

    /// <summary>Calls of Set that completed.</summary>
    public long SetCount { get; init; }

    /// <summary>Calls of Refresh that completed.</summary>
    public long RefreshCount { get; init; }

    /// <summary>Keys that were invalidated.</summary>
    public long InvalidationCount { get; init; }

    /// <summary>Hits over requests, 0 to 1.</summary>
    public double HitRate => Rate(HitCount, RequestCount);

    /// <summary>Misses over requests, 0 to 1.</summary>
    public double MissRate => Rate(MissCount, RequestCount);

    /// <summary>Failed loads over loads, 0 to 1.</summary>
    public double LoadFailureRate => Rate(LoadFailureCount, LoadCount);

    /// <summary>The mean time of a load.</summary>
    public TimeSpan AverageLoadTime => LoadCount == 0 ? TimeSpan.Zero : TotalLoadTime / LoadCount;

    private static double Rate(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
