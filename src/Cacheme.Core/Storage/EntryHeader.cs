namespace Cacheme.Storage;

/// <summary>What stands in an entry beside its value.</summary>
/// <param name="StartedAt">When the load started, Unix milliseconds.</param>
/// <param name="ExpiresAt">When the entry expires, Unix milliseconds; null for never.</param>
/// <param name="Known">The last invalidation of the chain's log that was known when the load began; 0 for none.</param>
/// <param name="Writer">The process that wrote it.</param>
/// <param name="Tags">The value's tags; null for none.</param>
/// <param name="IsGiven">Whether the value was not loaded but set.</param>
internal readonly record struct EntryHeader(long StartedAt, long? ExpiresAt, long Known = 0, int Writer = 0, IReadOnlyList<string>? Tags = null, bool IsGiven = false);
