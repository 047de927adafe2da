namespace Cacheme.Storage.Outage.Runs;

/// <summary>What has come of the storage so far, or in a span of time.</summary>
/// <param name="Hits">Requests that it answered.</param>
/// <param name="Failures">Operations that failed.</param>
/// <param name="Unreadable">Kinds of entries that could not be read.</param>
internal readonly record struct Toll(long Hits, int Failures, int Unreadable)
{
    public static Toll Of(ICacheme cacheme, StorageLog log) => new(cacheme.Stats<OutageNode>().HitCount, log.Failures, log.Unreadable);

    public static Toll operator -(Toll later, Toll earlier) =>
        new(later.Hits - earlier.Hits, later.Failures - earlier.Failures, later.Unreadable - earlier.Unreadable);
}
