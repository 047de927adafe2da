namespace Cacheme.MongoDB;

/// <summary>When a document expires, in milliseconds since 1970 by the application's clock, which is how MongoDB keeps a date.</summary>
internal static class MongoExpiry
{
    /// <summary>What the clock says.</summary>
    /// <param name="time">The clock.</param>
    public static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>When a value written now expires; null for never. Rounded up, at least a millisecond from now.</summary>
    /// <param name="now">What the clock says.</param>
    /// <param name="timeToLive">The time to live.</param>
    public static long? At(long now, TimeSpan? timeToLive) =>
        timeToLive is { } life ? now + Math.Max(1, (long)Math.Ceiling(life.TotalMilliseconds)) : null;
}
