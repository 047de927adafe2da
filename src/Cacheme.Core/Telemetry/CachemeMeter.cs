using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cacheme.Telemetry;

/// <summary>The meter <c>Cacheme</c>. What happens on a hit is observed from counters; only slow things are recorded as they happen.</summary>
/// <remarks>The instruments, with the questions they answer, are in docs/telemetry.md.</remarks>
internal sealed class CachemeMeter
{
    public const string Name = "Cacheme";

    private const string Node = "cacheme.node";
    private const string Store = "cacheme.store";
    private const string Operation = "cacheme.operation";
    private const string Outcome = "cacheme.outcome";
    private const string Origin = "cacheme.origin";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Sizes = new()
    {
        HistogramBucketBoundaries = [.. Enumerable.Range(0, 9).Select(static power => 256 << (2 * power))],
    };

    private readonly ConcurrentQueue<NodeCounters> _nodes = [];
    private readonly ConcurrentQueue<StoreCounters> _locals = [];
    private readonly ConcurrentQueue<IObservedStorage> _remotes = [];
    private readonly ConcurrentQueue<GapCounter> _gaps = [];
    private readonly Histogram<double> _loadDuration;
    private readonly Histogram<double> _storeDuration;
    private readonly Histogram<int> _payloadSize;
    private readonly Histogram<double> _invalidationLag;
    private long _tagsRemoved;
    private long _tagsReceived;

    // The factory owns the meter and disposes it with the host.
    public CachemeMeter(IMeterFactory factory)
    {
        var meter = factory.Create(new MeterOptions(Name) { Version = typeof(CachemeMeter).Assembly.GetName().Version?.ToString(3) });
        _loadDuration = meter.CreateHistogram("cacheme.load.duration", "s", "How long loads take.", tags: null, Durations);
        _storeDuration = meter.CreateHistogram("cacheme.store.duration", "s", "How long operations of remote storages take.", tags: null, Durations);
        _payloadSize = meter.CreateHistogram("cacheme.payload.size", "By", "Sizes of the entries that go to remote storages.", tags: null, Sizes);
        _invalidationLag = meter.CreateHistogram(
            "cacheme.invalidation.lag", "s", "From the record of an invalidation to its arrival here. It has the difference of the machines' clocks in it.", tags: null, Durations);
        ObserveNodes(meter);
        ObserveStorages(meter);
        meter.CreateObservableCounter(
            "cacheme.tag.invalidations", Tags, "{tag}", "Tags that were removed, by this process or by others.");
        meter.CreateObservableCounter(
            "cacheme.invalidation.gaps",
            () => _gaps.Select(static gaps => Of(gaps.Count, Store, gaps.Store)),
            "{gap}",
            "Times that invalidations of others could not be read in full, and local entries were dropped.");
    }

    public void Add(NodeCounters node) => _nodes.Enqueue(node);

    public void Add(StoreCounters local) => _locals.Enqueue(local);

    public void Add(IObservedStorage remote) => _remotes.Enqueue(remote);

    /// <summary>Counts what could not be read of a storage's log.</summary>
    public GapCounter CountGaps(string store)
    {
        var gaps = new GapCounter(store);
        _gaps.Enqueue(gaps);
        return gaps;
    }

    public void LoadEnded(string node, LoadOutcome outcome, TimeSpan duration)
    {
        if (_loadDuration.Enabled)
        {
            Record(_loadDuration, duration.TotalSeconds, new(Node, node), new(Outcome, NameOf(outcome)));
        }
    }

    /// <summary>Whether anybody listens to <see cref="StoreEnded"/>; else its arguments need not be found out.</summary>
    public bool RecordsStores => _storeDuration.Enabled;

    public void StoreEnded(string store, StoreOperation operation, TimeSpan duration, string? errorType)
    {
        var name = OperationCounters.NameOf(operation);
        if (errorType is null)
        {
            Record(_storeDuration, duration.TotalSeconds, new(Store, store), new(Operation, name));
        }
        else
        {
            Record(_storeDuration, duration.TotalSeconds, new(Store, store), new(Operation, name), new("error.type", errorType));
        }
    }

    public void EntryWritten(string node, int bytes)
    {
        if (_payloadSize.Enabled)
        {
            Record(_payloadSize, bytes, new KeyValuePair<string, object?>(Node, node));
        }
    }

    public void InvalidationReceived(string store, TimeSpan lag) =>
        Record(_invalidationLag, lag.TotalSeconds, new KeyValuePair<string, object?>(Store, store));

    public void TagsRemoved(int tags) => Interlocked.Add(ref _tagsRemoved, tags);

    public void TagsReceived(int tags) => Interlocked.Add(ref _tagsReceived, tags);

    // A listener's fault is its own: whoever does something must not fail because it is measured.
    private static void Record<T>(Histogram<T> histogram, T value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
        }
    }

    private void ObserveNodes(Meter meter)
    {
        meter.CreateObservableCounter("cacheme.cache.requests", Requests, "{request}", "Gets that completed, by the tier that answered.");
        meter.CreateObservableCounter(
            "cacheme.cache.cancelled", () => ForEachNode(static node => node.Cancelled), "{request}", "Gets whose caller left before the answer.");
        meter.CreateObservableCounter("cacheme.loads", Loads, "{load}", "Runs of a loader, of one node or of a batch.");
        meter.CreateObservableCounter(
            "cacheme.load.collapsed", () => ForEachNode(static node => node.Collapsed), "{request}", "Gets that joined the flight of another caller.");
        meter.CreateObservableCounter(
            "cacheme.saved.time",
            () => _nodes.Select(static node => new Measurement<double>(node.SavedTime.TotalSeconds, new KeyValuePair<string, object?>(Node, node.Node))),
            "s",
            "How long the loads would have taken that hits stood in for, at the mean time that the node's loads took for a key.");
        meter.CreateObservableCounter("cacheme.invalidations", Invalidations, "{invalidation}", "Keys that were invalidated, by this process or by others; what others set or refreshed is among these.");
        meter.CreateObservableCounter(
            "cacheme.serialization.errors", () => ForEachNode(static node => node.SerializationErrors), "{error}", "Values or entries that could not be written or read.");
    }

    private void ObserveStorages(Meter meter)
    {
        meter.CreateObservableUpDownCounter(
            "cacheme.cache.entries", () => _locals.Select(static local => Of(local.Entries, Store, local.Name)), "{entry}", "Entries in a local storage.");
        meter.CreateObservableUpDownCounter(
            "cacheme.cache.capacity", () => _locals.Select(static local => Of(local.Capacity, Store, local.Name)), "{entry}", "The most entries that a local storage holds.");
        meter.CreateObservableCounter("cacheme.cache.evictions", Evictions, "{eviction}", "Entries that left a local storage, by reason.");
        meter.CreateObservableCounter("cacheme.store.operations", Operations, "{operation}", "Operations of remote storages that ended.");
        meter.CreateObservableUpDownCounter(
            "cacheme.store.circuit.open", () => _remotes.Select(static remote => Of(remote.IsCutOff ? 1 : 0, Store, remote.Name)), "{circuit}", "1 while nothing is asked of a remote storage, because it fails too often.");
        meter.CreateObservableUpDownCounter(
            "cacheme.store.removals.pending", () => _remotes.Select(static remote => Of(remote.PendingRemovals, Store, remote.Name)), "{key}", "Keys whose removal waits for a remote storage.");
    }

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
        new(count, new(Node, node), new("cacheme.tier", tier), new("cacheme.result", result));

    private IEnumerable<Measurement<long>> Loads() => _nodes.SelectMany(static node => new[]
    {
        Of(node.LoadSuccesses, Node, node.Node, Outcome, NameOf(LoadOutcome.Success)),
        Of(node.LoadFailures, Node, node.Node, Outcome, NameOf(LoadOutcome.Failure)),
        Of(node.LoadCancellations, Node, node.Node, Outcome, NameOf(LoadOutcome.Cancelled)),
    });

    private IEnumerable<Measurement<long>> ForEachNode(Func<NodeCounters, long> read) =>
        _nodes.Select(node => Of(read(node), Node, node.Node));

    private IEnumerable<Measurement<long>> Invalidations() => _nodes.SelectMany(static node => new[]
    {
        Of(node.Invalidations, Node, node.Node, Origin, "local"),
        Of(node.InvalidationsByOthers, Node, node.Node, Origin, "remote"),
    });

    private IEnumerable<Measurement<long>> Tags() =>
    [
        Of(Interlocked.Read(ref _tagsRemoved), Origin, "local"),
        Of(Interlocked.Read(ref _tagsReceived), Origin, "remote"),
    ];

    private IEnumerable<Measurement<long>> Evictions() =>
        from local in _locals
        from eviction in local.Evictions
        select Of(eviction.Count, Store, local.Name, "cacheme.reason", eviction.Reason);

    private IEnumerable<Measurement<long>> Operations()
    {
        foreach (var remote in _remotes)
        {
            foreach (var (name, succeeded, failed) in remote.Operations.All)
            {
                yield return Ended(succeeded, remote.Name, name, NameOf(LoadOutcome.Success));
                yield return Ended(failed, remote.Name, name, NameOf(LoadOutcome.Failure));
            }
        }
    }

    private static Measurement<long> Ended(long count, string store, string operation, string outcome) =>
        new(count, new(Store, store), new(Operation, operation), new(Outcome, outcome));

    /// <summary>What the meter and spans call an outcome.</summary>
    public static string NameOf(LoadOutcome outcome) => outcome switch
    {
        LoadOutcome.Success => "success",
        LoadOutcome.Cancelled => "cancelled",
        _ => "error",
    };

    private static Measurement<long> Of(long count, string attribute, string value) => new(count, new KeyValuePair<string, object?>(attribute, value));

    private static Measurement<long> Of(long count, string attribute, string value, string other, string otherValue) =>
        new(count, new(attribute, value), new(other, otherValue));
}
