namespace Cacheme.Invalidation;

/// <summary>How often a log is looked at when it wakes its reader again and again: what comes meanwhile is read together.</summary>
/// <remarks>
/// The virtual schedule of a cell rate algorithm (ITU-T I.371): looks are due a hundredth of the interval apart, and whoever has been
/// quiet for as long as the interval may do a hundred at once. Not thread-safe.
/// </remarks>
/// <param name="interval">The longest time between two looks.</param>
/// <param name="time">The clock.</param>
internal sealed class LookPace(TimeSpan interval, TimeProvider time)
{
    private const int LooksInAnInterval = 100;

    private readonly long _start = time.GetTimestamp();
    private TimeSpan _due = -interval;

    /// <summary>Counts a look, and says how long to wait before the next; zero mostly.</summary>
    public TimeSpan Next()
    {
        var now = time.GetElapsedTime(_start);
        _due = (_due > now - interval ? _due : now - interval) + (interval / LooksInAnInterval);
        return _due > now ? _due - now : TimeSpan.Zero;
    }
}
