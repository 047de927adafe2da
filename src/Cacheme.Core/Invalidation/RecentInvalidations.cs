namespace Cacheme.Invalidation;

/// <summary>The keys of a node that were invalidated lately: an entry that did not know of it is not read from a remote tier.</summary>
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

    // Of the whole node: for those that found no room, and, for ever, for those that nobody could name.
    private readonly Mark _unnamed = new();
    private KnownLimit _forEver;
    private long _failures;
    private volatile bool _isEmpty = true;

    /// <summary>Whether an entry is older than an invalidation of its key.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="known">What was known when the entry came about.</param>
    /// <param name="isGiven">Whether it was not loaded but set.</param>
    public bool IsStale(string key, long known, bool isGiven)
    {
        if (_isEmpty)
        {
            return false;
        }

        lock (_lock)
        {
            return _forEver.Refuses(known, isGiven) || _unnamed.Refuses(known, isGiven)
                || (_marks.TryGetValue(key, out var mark) && mark.Refuses(known, isGiven));
        }
    }

    /// <summary>Begins an invalidation of this process: until it has its number, no entry of the key is read.</summary>
    public void Begin(string key, long now)
    {
        lock (_lock)
        {
            MarkOf(key, now).UnderWay++;
        }
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="number">The number that it has; null where it could not be told.</param>
    /// <param name="now">The local clock.</param>
    public void End(string key, long? number, long now)
    {
        lock (_lock)
        {
            var mark = _marks.TryGetValue(key, out var own) && own.UnderWay > 0 ? own : _unnamed;
            mark.At = now;
            mark.IsOwn = true;
            mark.UnderWay--;
            mark.Limit = mark.Limit.And(KnownLimit.Of(number ?? 0));
            mark.FailedAt = number is null ? ++_failures : mark.FailedAt;
        }
    }

    /// <summary>The count of those that could not be told. Before they are told again.</summary>
    public long Failures
    {
        get
        {
            lock (_lock)
            {
                return _failures;
            }
        }
    }

    /// <summary>Notes an invalidation that has its number.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="limit">What entries must have known.</param>
    /// <param name="failures">Failures of the key up to this one are told with it.</param>
    /// <param name="isOwn">Whether it is this process'.</param>
    /// <param name="now">The local clock.</param>
    public void Add(string key, KnownLimit limit, long failures, bool isOwn, long now)
    {
        lock (_lock)
        {
            var mark = MarkOf(key, now);
            mark.Limit = mark.Limit.And(limit);
            mark.IsOwn |= isOwn;
            // Those that found no room are told when all are.
            mark.FailedAt = mark.FailedAt <= failures && mark != _unnamed ? 0 : mark.FailedAt;
        }
    }

    /// <summary>Notes that everything was told that had failed until then.</summary>
    /// <param name="number">The number that it has.</param>
    /// <param name="failures">The count of failures, before they were told.</param>
    /// <param name="now">The local clock.</param>
    public void AllTold(long number, long failures, long now)
    {
        lock (_lock)
        {
            if (_unnamed.FailedAt > 0 && _unnamed.FailedAt <= failures)
            {
                (_unnamed.FailedAt, _unnamed.At) = (0, now);
                _unnamed.Limit = _unnamed.Limit.And(KnownLimit.Of(number));
            }
        }
    }

    /// <summary>Notes an invalidation of the whole node, for as long as this process lives: nobody can name its keys.</summary>
    /// <param name="limit">What entries must have known.</param>
    /// <param name="failures">Failures of any key up to this one are told with it.</param>
    public void AddAll(KnownLimit limit, long failures)
    {
        lock (_lock)
        {
            _isEmpty = false;
            _forEver = _forEver.And(limit);
            foreach (var mark in _marks.Values.Append(_unnamed).Where(mark => mark.FailedAt <= failures))
            {
                mark.FailedAt = 0;
            }
        }
    }

    /// <summary>Forgets what was invalidated before, unless it is still to be told.</summary>
    /// <param name="before">On the local clock.</param>
    /// <returns>The keys of them that this process has invalidated, and what their entries must have known.</returns>
    public IReadOnlyList<(string Key, KnownLimit Limit)> Forget(long before)
    {
        var own = default(List<(string Key, KnownLimit Limit)>);
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
                    if (mark.IsOwn)
                    {
                        (own ??= []).Add((key, mark.Limit));
                    }
                }
            }

            _unnamed.Limit = _unnamed.At < before ? default : _unnamed.Limit;
            _isEmpty = _marks.Count == 0 && !_unnamed.IsUntold && _unnamed.Limit == default && _forEver == default;
        }

        return own ?? (IReadOnlyList<(string Key, KnownLimit Limit)>)[];
    }

    // That of all the others when there is no room.
    private Mark MarkOf(string key, long now)
    {
        _isEmpty = false;
        if (!_marks.TryGetValue(key, out var mark))
        {
            if (_marks.Count >= most)
            {
                _unnamed.At = now;
                return _unnamed;
            }

            _marks[key] = mark = new Mark();
            _order.Enqueue((key, now));
        }

        mark.At = now;
        return mark;
    }

    private sealed class Mark
    {
        /// <summary>What entries must have known.</summary>
        public KnownLimit Limit { get; set; }

        /// <summary>Invalidations that have no number yet.</summary>
        public int UnderWay { get; set; }

        /// <summary>The latest that could not be told, as counted; 0 for none.</summary>
        public long FailedAt { get; set; }

        public long At { get; set; } = long.MinValue;

        /// <summary>Whether this process has invalidated the key, among others perhaps.</summary>
        public bool IsOwn { get; set; }

        public bool IsUntold => UnderWay > 0 || FailedAt > 0;

        public bool Refuses(long known, bool isGiven) => IsUntold || Limit.Refuses(known, isGiven);
    }
}
