using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Distributed;

/// <summary>The keys of which the remote tiers were told lately; so often at most as keeps it small. Thread-safe.</summary>
/// <remarks>
/// Two generations: the older one goes when the younger is as old as the longest pause, or full. A key that is forgotten too
/// early is told once more, which costs a write and harms nothing.
/// </remarks>
/// <param name="capacity">The most keys of a generation.</param>
/// <param name="clock">The time.</param>
internal sealed class RecentSlides(int capacity, CacheClock clock)
{
    private static readonly long Age = (long)ByteLife.LongestPause.TotalMilliseconds;

    private readonly Lock _turning = new();
    private ConcurrentDictionary<string, Slide> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Slide> _old = new(StringComparer.Ordinal);
    private long _turnsAt = clock.Now + Age;
    private int _count;

    public bool TryGet(string key, [MaybeNullWhen(false)] out Slide slide) =>
        Volatile.Read(ref _young).TryGetValue(key, out slide) || Volatile.Read(ref _old).TryGetValue(key, out slide);

    public void Note(string key, Slide slide)
    {
        if (Interlocked.Increment(ref _count) > capacity || clock.Now >= Volatile.Read(ref _turnsAt))
        {
            Turn();
        }

        Volatile.Read(ref _young)[key] = slide;
    }

    public void Forget(string key)
    {
        Volatile.Read(ref _young).TryRemove(key, out _);
        Volatile.Read(ref _old).TryRemove(key, out _);
    }

    private void Turn()
    {
        lock (_turning)
        {
            var now = clock.Now;
            if (_count <= capacity && now < _turnsAt)
            {
                return;
            }

            _count = 1;
            Volatile.Write(ref _turnsAt, now + Age);
            Volatile.Write(ref _old, _young);
            Volatile.Write(ref _young, new(StringComparer.Ordinal));
        }
    }
}
