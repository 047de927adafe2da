namespace Cacheme.Invalidation;

/// <summary>What a process wrote into remote tiers lately, each with the record that was known when its load began.</summary>
/// <remarks>
/// A load that began before somebody else's removal may have written behind it. That shows only when the record of the removal
/// comes; until then its write is remembered. Thread-safe, and bounded: where there are too many, each key counts as written.
/// </remarks>
/// <param name="most">The most keys.</param>
/// <param name="isUnderWay">Whether a write of the key may still be under way.</param>
internal sealed class RecentWrites(int most, Func<string, bool> isUnderWay)
{
    private readonly Lock _lock = new();
    // Done: a look found it ended, at that time. When it ended is not known, but not after that.
    private readonly Dictionary<string, (long Known, long At, bool IsDone)> _writes = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long At)> _order = [];
    private long _overflowedAt = long.MinValue;

    /// <summary>Notes a write, before it is sent.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="known">The number of the last record that was known when the load began.</param>
    /// <param name="now">The local clock.</param>
    public void Add(string key, long known, long now)
    {
        lock (_lock)
        {
            // A former write may be there still: this one may be a copy that goes into nearer tiers only.
            var isThere = _writes.TryGetValue(key, out var former);
            known = isThere ? Math.Min(former.Known, known) : known;
            if (_order.Count < most)
            {
                _writes[key] = (known, now, false);
                _order.Enqueue((key, now));
                return;
            }

            // It keeps its place, and is forgotten with it: from then on it counts as written, as do those without one.
            _overflowedAt = now;
            if (isThere)
            {
                _writes[key] = former with { Known = known };
            }
        }
    }

    /// <summary>Whether the key may have been written without knowing the record. It is forgotten then.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="record">The number of the record.</param>
    public bool Take(string key, long record)
    {
        lock (_lock)
        {
            if (_writes.TryGetValue(key, out var write))
            {
                return write.Known < record && _writes.Remove(key);
            }

            return _overflowedAt != long.MinValue;
        }
    }

    /// <summary>Whether a write of the key is remembered.</summary>
    public bool Has(string key)
    {
        lock (_lock)
        {
            return _writes.ContainsKey(key);
        }
    }

    /// <summary>All keys that are remembered. They are forgotten.</summary>
    public IReadOnlyList<string> TakeAll()
    {
        lock (_lock)
        {
            IReadOnlyList<string> keys = [.. _writes.Keys];
            _writes.Clear();
            _order.Clear();
            return keys;
        }
    }

    /// <summary>Forgets what was found ended before.</summary>
    /// <param name="before">On the local clock.</param>
    /// <param name="now">The local clock.</param>
    public void Forget(long before, long now)
    {
        lock (_lock)
        {
            for (var left = _order.Count; left > 0 && _order.Peek().At < before; left--)
            {
                var (key, at) = _order.Dequeue();
                if (!_writes.TryGetValue(key, out var write) || write.At != at)
                {
                    continue; // It was taken, or written again since.
                }

                if (write.IsDone)
                {
                    _writes.Remove(key);
                }
                else
                {
                    _writes[key] = write with { At = now, IsDone = !isUnderWay(key) };
                    _order.Enqueue((key, now));
                }
            }

            if (_overflowedAt < before)
            {
                _overflowedAt = long.MinValue;
            }
        }
    }
}
