using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Telemetry;

/// <summary>Counters that cost a plain increment: each thread has its own array, and a reader sums them.</summary>
/// <remarks>
/// No increment is lost, since only its own thread writes to an array, and the counts of threads that have ended are kept.
/// A reader sees every increment that happened before it in program order or through a synchronization.
/// </remarks>
internal static class ThreadCounters
{
    private static readonly Lock Registry = new();
    private static readonly List<long[]> Arrays = [];
    private static long[] _ended = [];
    private static int _slots;

    [ThreadStatic]
    private static long[]? _counts;

    [ThreadStatic]
    [SuppressMessage("CodeQuality", "IDE0052", Justification = "Kept for its finalizer, which runs when the thread has ended.")]
    private static Owner? _owner;

    /// <summary>Takes slots, each at 0, and returns the first. They are never given back: a late count would go to somebody else.</summary>
    public static int Take(int count)
    {
        lock (Registry)
        {
            _slots += count;
            return _slots - count;
        }
    }

    /// <summary>Adds to a slot, on the calling thread's array.</summary>
    public static void Add(int slot, long value = 1)
    {
        var counts = _counts;
        if (counts is null || slot >= counts.Length)
        {
            counts = Grow();
        }

        counts[slot] += value;
    }

    /// <summary>Sums a slot over all threads.</summary>
    public static long Read(int slot)
    {
        lock (Registry)
        {
            var sum = slot < _ended.Length ? _ended[slot] : 0;
            foreach (var counts in Arrays)
            {
                sum += slot < counts.Length ? Volatile.Read(ref counts[slot]) : 0;
            }

            return sum;
        }
    }

    private static long[] Grow()
    {
        lock (Registry)
        {
            var grown = new long[Math.Max(64, _slots * 2)];
            if (_counts is { } counts)
            {
                counts.CopyTo(grown, 0);
                Arrays.Remove(counts);
            }

            Arrays.Add(grown);
            _owner = new Owner(grown);
            return _counts = grown;
        }
    }

    /// <summary>Lives as long as its thread; then folds the thread's counts into those of the threads that have ended.</summary>
    private sealed class Owner(long[] counts)
    {
        ~Owner()
        {
            lock (Registry)
            {
                // An array that was outgrown left the list when its counts moved on.
                if (!Arrays.Remove(counts))
                {
                    return;
                }

                if (_ended.Length < counts.Length)
                {
                    Array.Resize(ref _ended, counts.Length);
                }

                for (var slot = 0; slot < counts.Length; slot++)
                {
                    _ended[slot] += counts[slot];
                }
            }
        }
    }
}
