namespace Cacheme.Storage;

/// <summary>What an <see cref="EntryReader"/> found.</summary>
/// <param name="Status">Whether the entry serves; the other members but the times hold only if it does.</param>
internal readonly record struct EntryRead(EntryStatus Status)
{
    public bool IsNull { get; init; }

    /// <summary>When the load started, Unix milliseconds; 0 when the entry is damaged or of an unknown version.</summary>
    public long StartedAt { get; init; }

    /// <summary>When the entry expires, Unix milliseconds; null for never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>The last invalidation that was known when the load began; 0 when the entry does not say.</summary>
    public long Known { get; init; }

    /// <summary>The process that wrote it; 0 when the entry does not say.</summary>
    public int Writer { get; init; }

    /// <summary>Whether the value was not loaded but set.</summary>
    public bool IsGiven { get; init; }

    /// <summary>The bytes of the value's tags, a part of the bytes that were read; see <see cref="EntryReader.TagsOf"/>.</summary>
    public ReadOnlyMemory<byte> Tags { get; init; }

    /// <summary>The serializer's bytes, a part of the bytes that were read.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
