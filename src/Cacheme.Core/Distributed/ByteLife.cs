namespace Cacheme.Distributed;

/// <summary>How long bytes are to live.</summary>
/// <param name="TimeToLive">How long at most; null where the caller says nothing.</param>
/// <param name="Sliding">How long without being used; null where a use does not matter.</param>
internal readonly record struct ByteLife(TimeSpan? TimeToLive, TimeSpan? Sliding = null)
{
    // What storages reckon in ends somewhere; nobody can tell it from for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>The longest <see cref="Pause"/>.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long without being used, as it is reckoned with; null where a use does not matter.</summary>
    public TimeSpan? Sliding { get; } = Sliding > Longest ? Longest : Sliding;

    /// <summary>Whether the caller says anything.</summary>
    public bool IsSaid => TimeToLive is not null || Sliding is not null;

    /// <summary>The longest that it may be anywhere.</summary>
    public TimeSpan AtMost => TimeToLive is { } life && life < Longest ? life : Longest;

    /// <summary>How long after a use that was told to the storages others need not be: a tenth of the span, a minute at most.</summary>
    /// <remarks>Or each read would be a write.</remarks>
    public static TimeSpan Pause(TimeSpan sliding) => sliding / 10 < LongestPause ? sliding / 10 : LongestPause;

    /// <summary>How long storages keep what is not used: the span since a use that they were not told of.</summary>
    public static TimeSpan IdleLife(TimeSpan sliding) => sliding + Pause(sliding);
}
