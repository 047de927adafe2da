using Cacheme.Invalidation;

namespace Cacheme.Pipeline;

/// <summary>What a flight brings to all who wait for it.</summary>
/// <param name="Lookup">The value, or that there is none to share.</param>
/// <param name="Copy">The serialized value where the node hands out copies.</param>
/// <param name="Tier">The tier that answered; -1 for none.</param>
/// <param name="StoodIn">Whether another flight did the work.</param>
internal readonly record struct FlightResult<TValue>(
    CacheLookup<TValue> Lookup, ReadOnlyMemory<byte>? Copy, int Tier, bool StoodIn = false)
{
    /// <summary>The value's tags; null for none.</summary>
    public TagMark? Tags { get; init; }

    /// <summary>When the value was loaded or set, Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>When its life ends in the tier it comes from, Unix milliseconds; null for never, or when it was just loaded.</summary>
    public long? EndsAt { get; init; }

    /// <summary>Whether some tier has the value, or is being given it.</summary>
    public bool IsStored { get; init; }

    /// <summary>A storage that could not be asked, where there is nothing; null where all have answered.</summary>
    public StorageFailure? Failure { get; init; }

    public static FlightResult<TValue> None => new(CacheLookup<TValue>.None, null, -1);
}
