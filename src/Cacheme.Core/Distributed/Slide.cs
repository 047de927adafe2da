namespace Cacheme.Distributed;

/// <summary>What is known of a key that slides.</summary>
/// <param name="Span">How long it stays without being used.</param>
/// <param name="ToldAt">When the remote tiers were last told of a use, on the local clock.</param>
/// <param name="SeenAt">When it was last read from them, or written, on the local clock.</param>
internal readonly record struct Slide(TimeSpan Span, long ToldAt, long SeenAt)
{
    // A request's session is refreshed when the request ends, behind the read at its start.
    private const long Fresh = 1_000;

    /// <summary>When they are to be told of the next use.</summary>
    public long DueAt => ToldAt + PauseOf(Span);

    /// <summary>How long after a use that they were told of others need not be, in milliseconds.</summary>
    public static long PauseOf(TimeSpan span) => Math.Max(1, (long)ByteLife.Pause(span).TotalMilliseconds);

    /// <summary>Whether a use matters to nobody. Not for long: another process may have put something else there, with a shorter span.</summary>
    public bool CoversUse(long now) => now < DueAt && now < SeenAt + Fresh;
}
