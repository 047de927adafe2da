namespace Cacheme.Invalidation;

/// <summary>The tags that were removed, by their numbers in a log: whether an entry of a remote tier may still be read.</summary>
/// <remarks>
/// What is no longer in the table was removed before its floor: a tagged entry whose load did not know the floor is not read,
/// which costs a load and is never wrong. So the table is bounded. Thread-safe.
/// </remarks>
/// <param name="most">The most tags.</param>
internal sealed class TagTable(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Number, long At)> _numbers = new(StringComparer.Ordinal);
    // A tag stands in it once, at a time when it was removed; it may have been removed again since.
    private readonly Queue<(string Tag, long At)> _order = [];
    private readonly Dictionary<string, long> _untold = new(StringComparer.Ordinal);
    private bool _isReady;
    private long _floor;
    private long _failures;
    private long _allFailedAt;

    /// <summary>The tags it has.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count + _untold.Count;
            }
        }
    }

    /// <summary>The count of removals that could not be told. Before they are told again.</summary>
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

    /// <summary>Whether an entry with these tags is older than the removal of one of them.</summary>
    /// <param name="tags">The entry's tags.</param>
    /// <param name="known">What its load knew.</param>
    public bool IsStale(IReadOnlyList<string> tags, long known)
    {
        lock (_lock)
        {
            return !_isReady || known < _floor || _allFailedAt > 0
                || tags.Any(tag => _untold.ContainsKey(tag) || (_numbers.TryGetValue(tag, out var removal) && known < removal.Number));
        }
    }

    /// <summary>Begins anew with a log: until it is ready, no entry with tags is read.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _numbers.Clear();
            _order.Clear();
            _floor = 0;
            _isReady = false;
        }
    }

    /// <summary>Notes that the log was read. Nobody can say what was removed before that record.</summary>
    public void SetReady(long first)
    {
        lock (_lock)
        {
            _floor = Math.Max(_floor, first);
            _isReady = true;
        }
    }

    /// <summary>Adds the removal of a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="number">Its record's number.</param>
    /// <param name="now">The local clock.</param>
    public void Add(string tag, long number, long now)
    {
        lock (_lock)
        {
            var isThere = _numbers.TryGetValue(tag, out var former);
            if (isThere && former.Number >= number)
            {
                return;
            }

            _numbers[tag] = (number, now);
            if (!isThere)
            {
                _order.Enqueue((tag, now));
            }

            while (_numbers.Count > most)
            {
                // Not in the order of numbers to the last, so it is the floor that says so.
                if (!TryKeepOldest())
                {
                    ForgetOldest();
                }
            }
        }
    }

    /// <summary>Adds the removal of all tags.</summary>
    public void AddAll(long number)
    {
        lock (_lock)
        {
            _floor = Math.Max(_floor, number);
        }
    }

    /// <summary>Forgets what was removed before: no entry lives so long.</summary>
    /// <param name="before">On the local clock.</param>
    public void Forget(long before)
    {
        lock (_lock)
        {
            for (var left = _order.Count; left > 0 && _order.Peek().At < before; left--)
            {
                if (!TryKeepOldest())
                {
                    ForgetOldest();
                }
            }
        }
    }

    /// <summary>Notes tags whose removal could not be told: no entry with one of them is read until it is.</summary>
    public void AddUntold(IEnumerable<string> tags)
    {
        lock (_lock)
        {
            _failures++;
            foreach (var tag in tags)
            {
                if (_untold.Count >= most && !_untold.ContainsKey(tag))
                {
                    _allFailedAt = _failures;
                    return;
                }

                _untold[tag] = _failures;
            }
        }
    }

    /// <summary>Notes that what had failed until then has been told.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="failures">The count of failures, before they were told.</param>
    public void RemoveUntold(IEnumerable<string> tags, long failures)
    {
        lock (_lock)
        {
            foreach (var tag in tags)
            {
                if (_untold.TryGetValue(tag, out var failedAt) && failedAt <= failures)
                {
                    _untold.Remove(tag);
                }
            }
        }
    }

    /// <summary>Notes that everything has been told that had failed until then.</summary>
    /// <param name="number">The number that it has.</param>
    /// <param name="failures">The count of failures, before it was told.</param>
    public void AllTold(long number, long failures)
    {
        lock (_lock)
        {
            RemoveUntold([.. _untold.Keys], failures);
            if (_allFailedAt > 0 && _allFailedAt <= failures)
            {
                _allFailedAt = 0;
                _floor = Math.Max(_floor, number);
            }
        }
    }

    // To the end, where it was removed again since.
    private bool TryKeepOldest()
    {
        var (tag, at) = _order.Peek();
        if (_numbers[tag].At == at)
        {
            return false;
        }

        _order.Dequeue();
        _order.Enqueue((tag, _numbers[tag].At));
        return true;
    }

    private void ForgetOldest()
    {
        var (tag, _) = _order.Dequeue();
        _floor = Math.Max(_floor, _numbers[tag].Number);
        _numbers.Remove(tag);
    }
}
