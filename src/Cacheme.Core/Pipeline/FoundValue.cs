namespace Cacheme.Pipeline;

/// <summary>A value that goes into the tiers.</summary>
/// <param name="Value">The value.</param>
/// <param name="Copy">Its serialized form where the node hands out copies.</param>
/// <param name="StartedAt">When its load started, Unix milliseconds.</param>
/// <param name="ExpiresAt">When its life ends in the tier it comes from, Unix milliseconds; null for never, or when it was just loaded.</param>
/// <param name="Tier">The tier it comes from; -1 for none. Only nearer tiers are filled.</param>
/// <param name="Known">The last invalidation in the chain's log that was known when its load began.</param>
internal readonly record struct FoundValue<TValue>(TValue Value, ReadOnlyMemory<byte>? Copy, long StartedAt, long? ExpiresAt, int Tier, long Known)
{
    /// <summary>Whether it was not loaded but set.</summary>
    public bool IsGiven { get; init; }

    /// <summary>The process that wrote the entry it comes from; 0 for none.</summary>
    public int Writer { get; init; }

    /// <summary>The value's tags; null for none.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}
