namespace Cacheme.Invalidation;

/// <summary>What one process tells the others.</summary>
/// <param name="Origin">The process; a random number for each host.</param>
/// <param name="Number">Counts the records of the origin, so that no two are alike.</param>
/// <param name="SentAt">When it was written, Unix milliseconds of that machine: for the measure of the lag, and for nothing else.</param>
/// <param name="Groups">What was invalidated.</param>
internal sealed record InvalidationRecord(long Origin, long Number, long SentAt, IReadOnlyList<InvalidationGroup> Groups);
