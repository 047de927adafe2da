namespace Cacheme.Invalidation;

/// <summary>The keys of a node that were invalidated lately: an entry whose load did not know of it is not read from a remote tier.</summary>
/// <remarks>
/// A load in another process that has not heard of it yet may still write what is old. Thread-safe, and bounded: where there are
/// too many keys, entries of every key are measured by the latest of them, which costs loads.
/// </remarks>
/// <param name="most">The most keys.</param>
internal sealed class RecentInvalidations(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long At)> _order = [];
    private long _floor;
    private long _floorAt;
    private int _unmarked;
    private long _lastFailure;
    private volatile bool _isEmpty = true;

    /// <summary>Whether an entry is older than an invalidation of its key.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="known">What the entry's load knew.</param>
    public bool IsStale(string key, long known)
    {
        if (_isEmpty)
        {
            return false;
        }

        lock (_lock)
        {
            return _unmarked > 0 || known < _floor || (_marks.TryGetValue(key, out var mark) && (mark.IsUntold || known < mark.Limit));
        }
    }

    /// <summary>Begins an invalidation of this process: until it has its number, no entry of the key is read.</summary>
    public void Begin(string key, long now)
    {
        lock (_lock)
        {
            if (TryNote(key, now) is { } mark)
            {
                mark.UnderWay++;
            }
            else
            {
                _unmarked++;
            }
        }
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="limit">The number that an entry's load must have known; null where it could not be told.</param>
    /// <param name="now">The local clock.</param>
    public void End(string key, long? limit, long now)
    {
        lock (_lock)
        {
            if (!_marks.TryGetValue(key, out var mark) || mark.UnderWay == 0)
            {
                _unmarked--;
                RaiseFloor(limit ?? long.MaxValue, now);
                return;
            }

            mark.UnderWay--;
            mark.Limit = Math.Max(mark.Limit, limit ?? 0);
            mark.FailedAt = limit is null ? ++_lastFailure : mark.FailedAt;
        }
    }

    /// <summary>The count of those that could not be told, before they are told again.</summary>
    public long Failures
    {
        get
        {
            lock (_lock)
            {
                return _lastFailure;
            }
        }
    }

    /// <summary>Notes an invalidation that has its number.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="limit">The number that an entry's load must have known.</param>
    /// <param name="failures">Failures of the key up to this one are told with it.</param>
    /// <param name="now">The local clock.</param>
    public void Add(string key, long limit, long failures, long now)
    {
        lock (_lock)
        {
            if (TryNote(key, now) is not { } mark)
            {
                RaiseFloor(limit, now);
                return;
            }

            mark.Limit = Math.Max(mark.Limit, limit);
            mark.FailedAt = mark.FailedAt <= failures ? 0 : mark.FailedAt;
        }
    }

    /// <summary>Forgets what was invalidated before, unless it is still to be told.</summary>
    /// <param name="before">On the local clock.</param>
    public void Forget(long before)
    {
        lock (_lock)
        {
            for (var left = _order.Count; left > 0 && _order.Peek().At < before; left--)
            {
                var (key, at) = _order.Dequeue();
                var mark = _marks[key];
                if (mark.IsUntold || mark.At != at)
                {
                    // Still to be told, or noted again since: it stands in the queue once.
                    _order.Enqueue((key, mark.At));
                }
                else
                {
                    _marks.Remove(key);
                }
            }

            _floor = _floorAt < before ? 0 : _floor;
            _isEmpty = _marks.Count == 0 && _floor == 0 && _unmarked == 0;
        }
    }

    private void RaiseFloor(long limit, long now) => (_floor, _floorAt) = (Math.Max(_floor, limit), now);

    // Null when there is no room.
    private Mark? TryNote(string key, long now)
    {
        _isEmpty = false;
        if (!_marks.TryGetValue(key, out var mark))
        {
            if (_marks.Count >= most)
            {
                return null;
            }

            _marks[key] = mark = new Mark();
            _order.Enqueue((key, now));
        }

        mark.At = now;
        return mark;
    }

    private sealed class Mark
    {
        /// <summary>The number that an entry's load must have known.</summary>
        public long Limit { get; set; }

        /// <summary>Invalidations that have no number yet.</summary>
        public int UnderWay { get; set; }

        /// <summary>The latest that could not be told, as counted; 0 for none.</summary>
        public long FailedAt { get; set; }

        public long At { get; set; } = long.MinValue;

        public bool IsUntold => UnderWay > 0 || FailedAt > 0;
    }
}
