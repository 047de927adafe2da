using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cacheme.Telemetry;

/// <summary>The meter <c>Cacheme</c>. What happens on a hit is observed from counters; only slow things are recorded as they happen.</summary>
internal sealed class CachemeMeter
{
    public const string Name = "Cacheme";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly ConcurrentQueue<NodeCounters> _nodes = [];
    private readonly ConcurrentQueue<StoreCounters> _stores = [];
    private readonly Histogram<double> _loadDuration;
    private readonly Histogram<double> _storeDuration;
    private readonly Histogram<double> _invalidationLag;
    private readonly Counter<long> _invalidationGaps;
    private readonly Counter<long> _tagInvalidations;

    // The factory owns the meter and disposes it with the host.
    public CachemeMeter(IMeterFactory factory)
    {
        var meter = factory.Create(new MeterOptions(Name) { Version = typeof(CachemeMeter).Assembly.GetName().Version?.ToString(3) });
        _loadDuration = meter.CreateHistogram("cacheme.load.duration", "s", "How long loads take, by outcome.", tags: null, Durations);
        _storeDuration = meter.CreateHistogram("cacheme.store.duration", "s", "How long operations on remote storages take.", tags: null, Durations);
        meter.CreateObservableCounter("cacheme.cache.requests", Requests, "{request}", "Gets that completed, by the tier that answered.");
        meter.CreateObservableCounter(
            "cacheme.load.collapsed", () => ForEachNode(node => node.Collapsed), "{request}", "Gets that joined the flight of another caller.");
        meter.CreateObservableCounter(
            "cacheme.invalidations", Invalidations, "{invalidation}", "Keys that were invalidated, by this process or by others.");
        _invalidationLag = meter.CreateHistogram(
            "cacheme.invalidation.lag", "s", "From the record of an invalidation to its arrival here. It has the difference of the machines' clocks in it.", tags: null, Durations);
        _tagInvalidations = meter.CreateCounter<long>(
            "cacheme.tag.invalidations", "{tag}", "Tags that were removed, by this process or by others.");
        _invalidationGaps = meter.CreateCounter<long>(
            "cacheme.invalidation.gaps", "{gap}", "Times that invalidations of others could not be read in full, and local entries were dropped.");
        meter.CreateObservableCounter(
            "cacheme.serialization.errors", () => ForEachNode(node => node.SerializationErrors), "{error}", "Values or entries that could not be written or read.");
        meter.CreateObservableCounter("cacheme.cache.evictions", Evictions, "{eviction}", "Entries that left a local storage, by reason.");
        meter.CreateObservableUpDownCounter("cacheme.cache.entries", Entries, "{entry}", "Entries in a local storage.");
    }

    public void Add(NodeCounters node) => _nodes.Enqueue(node);

    public void Add(StoreCounters store) => _stores.Enqueue(store);

    public void LoadEnded(string node, LoadOutcome outcome, TimeSpan duration)
    {
        if (_loadDuration.Enabled)
        {
            Record(_loadDuration, duration, new("cacheme.node", node), new("cacheme.outcome", NameOf(outcome)));
        }
    }

    /// <summary>Whether anybody listens to <see cref="StoreEnded"/>; else its arguments need not be found out.</summary>
    public bool RecordsStores => _storeDuration.Enabled;

    public void StoreEnded(string store, string operation, TimeSpan duration, string? errorType)
    {
        if (errorType is null)
        {
            Record(_storeDuration, duration, new("cacheme.store", store), new("cacheme.operation", operation));
        }
        else
        {
            Record(_storeDuration, duration, new("cacheme.store", store), new("cacheme.operation", operation), new("error.type", errorType));
        }
    }

    public void InvalidationReceived(string store, TimeSpan lag) =>
        Record(_invalidationLag, lag, new KeyValuePair<string, object?>("cacheme.store", store));

    public void InvalidationsMissed(string store) =>
        Add(_invalidationGaps, 1, new("cacheme.store", store));

    public void TagsRemoved(int tags) => Add(_tagInvalidations, tags, new("cacheme.origin", "local"));

    public void TagsReceived(int tags) => Add(_tagInvalidations, tags, new("cacheme.origin", "remote"));

    // A listener's fault is its own: whoever does something must not fail because it is measured.
    private static void Record(Histogram<double> histogram, TimeSpan duration, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(duration.TotalSeconds, tags);
        }
        catch (Exception)
        {
        }
    }

    private static void Add(Counter<long> counter, long count, KeyValuePair<string, object?> tag)
    {
        try
        {
            counter.Add(count, tag);
        }
        catch (Exception)
        {
        }
    }

    private static string NameOf(LoadOutcome outcome) => outcome switch
    {
        LoadOutcome.Success => "success",
        LoadOutcome.Cancelled => "cancelled",
        _ => "error",
    };

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (var node in _nodes)
        {
            for (var tier = 0; tier < node.Tiers.Count; tier++)
            {
                yield return Request(node.Hits(tier), node.Node, node.Tiers[tier], "hit");
            }

            yield return Request(node.Misses, node.Node, "none", "miss");
        }
    }

    private static Measurement<long> Request(long count, string node, string tier, string result) =>
        new(count, new("cacheme.node", node), new("cacheme.tier", tier), new("cacheme.result", result));

    private IEnumerable<Measurement<long>> ForEachNode(Func<NodeCounters, long> read)
    {
        foreach (var node in _nodes)
        {
            yield return new(read(node), new KeyValuePair<string, object?>("cacheme.node", node.Node));
        }
    }

    private IEnumerable<Measurement<long>> Invalidations()
    {
        foreach (var node in _nodes)
        {
            yield return new(node.Invalidations, new("cacheme.node", node.Node), new("cacheme.origin", "local"));
            yield return new(node.InvalidationsByOthers, new("cacheme.node", node.Node), new("cacheme.origin", "remote"));
        }
    }

    private IEnumerable<Measurement<long>> Evictions()
    {
        foreach (var store in _stores)
        {
            foreach (var (reason, count) in store.Evictions)
            {
                yield return new(count, new("cacheme.store", store.Name), new("cacheme.reason", reason));
            }
        }
    }

    private IEnumerable<Measurement<long>> Entries()
    {
        foreach (var store in _stores)
        {
            yield return new(store.Entries, new KeyValuePair<string, object?>("cacheme.store", store.Name));
        }
    }
}
