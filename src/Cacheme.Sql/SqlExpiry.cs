namespace Cacheme.Sql;

/// <summary>When a row expires, in milliseconds since 1970 by the application's clock.</summary>
public static class SqlExpiry
{
    /// <summary>What the clock says.</summary>
    /// <param name="time">The clock.</param>
    public static long Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>When a value written now expires; null for never. Rounded up, at least a millisecond from now.</summary>
    /// <param name="now">What the clock says.</param>
    /// <param name="timeToLive">The time to live.</param>
    public static long? At(long now, TimeSpan? timeToLive) =>
        timeToLive is { } life ? now + Math.Max(1, (long)Math.Ceiling(life.TotalMilliseconds)) : null;
}
