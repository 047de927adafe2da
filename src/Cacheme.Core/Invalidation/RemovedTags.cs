using System.Collections.Concurrent;

namespace Cacheme.Invalidation;

/// <summary>The tags that were removed, by anybody, as this process counts it: whether a value in its memory may still be served.</summary>
/// <remarks>
/// Removals are counted. A value keeps the count up to which it was looked at; while nothing is removed that is one comparison,
/// however many tags it has. Once all values were looked at, what was removed before is forgotten. Thread-safe.
/// </remarks>
internal sealed class RemovedTags
{
    private const int MostTags = 100_000;

    private readonly ConcurrentDictionary<string, long> _removed = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _epoch;
    private long _floor;

    /// <summary>How often tags were removed.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>The tags that are remembered.</summary>
    public int Count => _removed.Count;

    /// <summary>Removes tags: no value that has one, and whose load began before, is served from here on.</summary>
    public void Add(IEnumerable<string> tags)
    {
        lock (_lock)
        {
            var epoch = _epoch + 1;
            foreach (var tag in tags)
            {
                _removed[tag] = epoch;
            }

            if (_removed.Count > MostTags)
            {
                // Before the next look at all values: what has not been looked at since counts as removed.
                Volatile.Write(ref _floor, epoch);
                _removed.Clear();
            }

            // Last: whoever sees the count finds the tags.
            Volatile.Write(ref _epoch, epoch);
        }
    }

    /// <summary>Removes all tags.</summary>
    public void AddAll()
    {
        lock (_lock)
        {
            Volatile.Write(ref _floor, _epoch + 1);
            Volatile.Write(ref _epoch, _epoch + 1);
        }
    }

    /// <summary>Whether none of a value's tags was removed since its load began.</summary>
    public bool IsGood(TagMark mark) => mark.CheckedUntil == Epoch || Check(mark);

    /// <summary>Whether a value may be handed to somebody who asked before, or since then none of its tags was removed.</summary>
    /// <param name="mark">The tags.</param>
    /// <param name="asked">The count when the caller asked. Of a tag only the last removal is known: who asked between two of them gets a newer value than he must.</param>
    public bool IsGood(TagMark mark, long asked) => mark.CheckedUntil >= asked || Check(mark);

    /// <summary>Forgets what was removed up to a count. Values that were not looked at since count as removed.</summary>
    public void Forget(long epoch)
    {
        Volatile.Write(ref _floor, Math.Max(epoch, Volatile.Read(ref _floor)));
        foreach (var removed in _removed)
        {
            if (removed.Value <= epoch)
            {
                _removed.TryRemove(removed);
            }
        }
    }

    private bool Check(TagMark mark)
    {
        var epoch = Epoch;
        var since = mark.CheckedUntil;
        foreach (var tag in mark.Tags)
        {
            if (_removed.TryGetValue(tag, out var at) && at > since)
            {
                return false;
            }
        }

        // After the tags: what is forgotten meanwhile is under the floor.
        if (since < Volatile.Read(ref _floor))
        {
            return false;
        }

        mark.Advance(epoch);
        return true;
    }
}
