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
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Queue<(string Tag, long Number, long At)> _order = [];
    private readonly HashSet<string> _untold = new(StringComparer.Ordinal);
    private long _floor = long.MaxValue;

    /// <summary>The tags it has.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count;
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
            return known < _floor || tags.Any(tag => _untold.Contains(tag) || (_numbers.TryGetValue(tag, out var number) && known < number));
        }
    }

    /// <summary>Begins anew with a log of which nobody can say what was removed before that record.</summary>
    public void Begin(long floor)
    {
        lock (_lock)
        {
            _numbers.Clear();
            _order.Clear();
            _floor = floor;
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
            if (_numbers.TryGetValue(tag, out var former) && former >= number)
            {
                return;
            }

            _numbers[tag] = number;
            _order.Enqueue((tag, number, now));
            while (_numbers.Count > most)
            {
                // Not in the order of numbers to the last, so it is the floor that says so.
                var (oldest, of, _) = _order.Dequeue();
                if (_numbers.TryGetValue(oldest, out var latest) && latest == of)
                {
                    _numbers.Remove(oldest);
                    _floor = Math.Max(_floor, of);
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
            while (_order.TryPeek(out var oldest) && oldest.At < before)
            {
                _order.Dequeue();
                if (_numbers.TryGetValue(oldest.Tag, out var number) && number == oldest.Number)
                {
                    _numbers.Remove(oldest.Tag);
                    _floor = Math.Max(_floor, number);
                }
            }
        }
    }

    /// <summary>Notes tags whose removal could not be told: no entry with one of them is read until it is.</summary>
    public void AddUntold(IEnumerable<string> tags)
    {
        lock (_lock)
        {
            _untold.UnionWith(tags);
        }
    }

    /// <summary>Notes that the removal of the tags has been told.</summary>
    public void RemoveUntold(IEnumerable<string> tags)
    {
        lock (_lock)
        {
            _untold.ExceptWith(tags);
        }
    }
}
