namespace Cacheme.Telemetry;

/// <summary>The counters of one node. What happens on a hit is one plain increment.</summary>
internal sealed class NodeCounters
{
    private readonly int _firstSlot;
    private readonly CachemeMeter _meter;
    private readonly SavedTime _saved = new();

    /// <summary>Makes the counters of a node whose tiers are the storages named, nearest first.</summary>
    public NodeCounters(string node, IReadOnlyList<string> tiers, CachemeMeter meter)
    {
        _meter = meter;
        Node = node;
        Tiers = tiers;
        _firstSlot = ThreadCounters.Take((int)Event.Count + tiers.Count);
    }

    private enum Event
    {
        Miss,
        Collapsed,
        Cancelled,
        LoadSuccess,
        LoadFailure,
        LoadCancelled,
        LoadTicks,
        LoadedKeys,
        LoadedTicks,
        TryGet,
        Set,
        Refresh,
        Invalidation,
        InvalidationByOthers,
        SerializationError,
        Count,
    }

    public string Node { get; }

    public IReadOnlyList<string> Tiers { get; }

    public long Misses => Read(Event.Miss);

    public long Collapsed => Read(Event.Collapsed);

    public long Cancelled => Read(Event.Cancelled);

    public long LoadSuccesses => Read(Event.LoadSuccess);

    public long LoadFailures => Read(Event.LoadFailure);

    public long LoadCancellations => Read(Event.LoadCancelled);

    /// <summary>How long the loads would have taken that hits stood in for: an estimate.</summary>
    public TimeSpan SavedTime => _saved.Read(
        Enumerable.Range(0, Tiers.Count).Sum(Hits), Read(Event.LoadedKeys), TimeSpan.FromTicks(Read(Event.LoadedTicks)));

    public long Invalidations => Read(Event.Invalidation);

    /// <summary>Keys that other processes invalidated.</summary>
    public long InvalidationsByOthers => Read(Event.InvalidationByOthers);

    public long SerializationErrors => Read(Event.SerializationError);

    public void Hit(int tier) => ThreadCounters.Add(_firstSlot + (int)Event.Count + tier);

    public void Miss() => Add(Event.Miss);

    public void Collapse() => Add(Event.Collapsed);

    public void Cancel() => Add(Event.Cancelled);

    public void TryGet() => Add(Event.TryGet);

    public void Set() => Add(Event.Set);

    public void Refresh() => Add(Event.Refresh);

    public void Invalidate(int keys) => Add(Event.Invalidation, keys);

    public void InvalidateByOthers(int keys) => Add(Event.InvalidationByOthers, keys);

    public void SerializationError() => Add(Event.SerializationError);

    /// <summary>A load of so many keys has ended.</summary>
    public void Load(LoadOutcome outcome, TimeSpan duration, int keys)
    {
        Add(outcome switch
        {
            LoadOutcome.Success => Event.LoadSuccess,
            LoadOutcome.Cancelled => Event.LoadCancelled,
            _ => Event.LoadFailure,
        });
        Add(Event.LoadTicks, duration.Ticks);
        if (outcome == LoadOutcome.Success)
        {
            Add(Event.LoadedKeys, keys);
            Add(Event.LoadedTicks, duration.Ticks);
        }

        _meter.LoadEnded(Node, outcome, duration);
    }

    /// <summary>An entry of so many bytes goes to remote storages.</summary>
    public void WriteEntry(int bytes) => _meter.EntryWritten(Node, bytes);

    public long Hits(int tier) => ThreadCounters.Read(_firstSlot + (int)Event.Count + tier);

    public NodeStats Snapshot()
    {
        // Two tiers of one node never share a storage, so the names are distinct.
        var hits = Tiers.Select((name, tier) => (name, Count: Hits(tier))).ToDictionary(hit => hit.name, hit => hit.Count, StringComparer.Ordinal);
        return new NodeStats
        {
            HitCount = hits.Values.Sum(),
            HitsByStorage = hits,
            MissCount = Misses,
            CollapsedCount = Collapsed,
            CancelledCount = Cancelled,
            LoadSuccessCount = LoadSuccesses,
            LoadFailureCount = LoadFailures,
            LoadCancelledCount = LoadCancellations,
            TotalLoadTime = TimeSpan.FromTicks(Read(Event.LoadTicks)),
            TryGetCount = Read(Event.TryGet),
            SetCount = Read(Event.Set),
            RefreshCount = Read(Event.Refresh),
            InvalidationCount = Invalidations,
        };
    }

    private void Add(Event counted, long value = 1) => ThreadCounters.Add(_firstSlot + (int)counted, value);

    private long Read(Event counted) => ThreadCounters.Read(_firstSlot + (int)counted);
}
