using StackExchange.Redis;

namespace Cacheme.Redis;

/// <summary>A time to live as Redis takes it: whole milliseconds, at least one.</summary>
internal static class RedisExpiry
{
    /// <summary>The expiry of a write; none when there is no time to live.</summary>
    /// <param name="timeToLive">The time to live.</param>
    public static Expiration Of(TimeSpan? timeToLive) =>
        timeToLive is { } life
            ? new Expiration(TimeSpan.FromMilliseconds(Milliseconds(life)))
            : Expiration.Default;

    /// <summary>The milliseconds of a life.</summary>
    /// <param name="life">The life.</param>
    public static long Milliseconds(TimeSpan life) => Math.Max(1, life.Ticks / TimeSpan.TicksPerMillisecond);
}
