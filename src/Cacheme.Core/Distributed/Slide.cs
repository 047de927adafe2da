namespace Cacheme.Distributed;

/// <summary>What is known of a key that slides.</summary>
/// <param name="Span">How long it stays without being used.</param>
/// <param name="EndsAt">When it ends in any case, Unix milliseconds; null for never.</param>
/// <param name="ToldAt">When the remote tiers were last told of a use, on the local clock.</param>
internal readonly record struct Slide(TimeSpan Span, long? EndsAt, long ToldAt)
{
    /// <summary>When they are to be told of the next one.</summary>
    public long DueAt => ToldAt + Math.Max(1, (long)ByteLife.Pause(Span).TotalMilliseconds);
}
