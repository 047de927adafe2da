namespace Cacheme;

/// <summary>Milliseconds that only grow, for local times to live, and the wall clock for entries that other machines read.</summary>
internal sealed class CacheClock(TimeProvider time)
{
    // A low-resolution clock costs a fraction of a timestamp, and lags by a few milliseconds at most.
    private readonly bool _isSystem = time == TimeProvider.System;

    public TimeProvider Time => time;

    /// <summary>Milliseconds since some moment.</summary>
    public long Now => _isSystem ? Environment.TickCount64 : (long)time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long UnixNow => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A moment in milliseconds since the Unix epoch, in whole seconds.</summary>
    public static uint SecondOf(long unixMilliseconds) => (uint)Math.Clamp(unixMilliseconds / 1000, 0, uint.MaxValue);

    /// <summary>When something that lives this long from now ends; for ever is <see cref="long.MaxValue"/>.</summary>
    public long After(TimeSpan? timeToLive) =>
        timeToLive is { } life ? Now + Math.Max(1, (long)Math.Ceiling(life.TotalMilliseconds)) : long.MaxValue;
}
