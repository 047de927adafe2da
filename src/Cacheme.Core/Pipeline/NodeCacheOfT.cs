using System.Diagnostics.CodeAnalysis;
using Cacheme.Concurrency;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The cache of one node type: what a caller can ask of it. The steps behind a miss are in <see cref="ReadPath{TNode, TValue}"/>.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "Internal.")]
internal sealed class NodeCache<TNode, TValue> : INodeCache<TNode, TValue>
    where TNode : notnull
{
    private readonly SingleFlight<FlightResult<TValue>> _flights = new();
    private readonly NodeShape<TNode, TValue> _shape;
    private readonly NodeLoad<TNode, TValue> _ownLoad;
    private readonly ILogger _logger;
    private readonly bool _isFaithful;

    public NodeCache(
        NodeDefinition definition, NodeShape<TNode, TValue> shape, CacheClock clock, IServiceScopeFactory scopes, CachemeMeter meter, ILogger logger)
    {
        Definition = definition;
        Clock = clock;
        _shape = shape;
        _logger = logger;
        _isFaithful = FaithfulNodes.Includes(typeof(TNode));
        _ownLoad = async (node, context) => new(true, await shape.LoadAsync(node, context).ConfigureAwait(false));
        Local = new LocalTiers<TNode, TValue>(definition, shape, _flights.Exclusively, clock, logger);
        Codec = new EntryCodec<TValue>(definition, clock, logger);
        Loader = new Loader(definition, scopes, clock.Time, meter, logger);
    }

    public NodeDefinition Definition { get; }

    public NodeStats Stats => Definition.Counters.Snapshot();

    internal CacheClock Clock { get; }

    internal LocalTiers<TNode, TValue> Local { get; }

    internal EntryCodec<TValue> Codec { get; }

    internal Loader Loader { get; }

    /// <summary>The keys something runs for.</summary>
    internal int KeysUnderWay => _flights.Count;

    public ValueTask<TValue> GetAsync(TNode node, CancellationToken cancellationToken = default) =>
        TryHit(node, out var value) ? new(value) : MissAsync(node, _ownLoad, cancellationToken);

    public ValueTask<TValue> GetAsync(TNode node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return TryHit(node, out var value)
            ? new(value)
            : MissAsync(node, async (_, context) => new(true, await load(context.CancellationToken).ConfigureAwait(false)), cancellationToken);
    }

    public ValueTask<CacheLookup<TValue>> LookupAsync(
        TNode node, Func<CancellationToken, ValueTask<CacheLookup<TValue>>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return TryHit(node, out var value)
            ? new(new CacheLookup<TValue>(true, value))
            : MissAsync(node, (_, context) => load(context.CancellationToken), takesNone: true, cancellationToken);
    }

    public async ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken = default)
    {
        var key = KeyOf(node);
        if (!TryFind(node, out var value, out _))
        {
            var run = new Run(Definition.Name);
            var flight = _flights.Lead(key, run);
            Start(run, ReadMode.TryGet, _ownLoad, [new(node, flight)]);
            var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
            Definition.Counters.TryGet();
            return result.Lookup.Found ? new(true, ValueOf(result)) : CacheLookup<TValue>.None;
        }

        Definition.Counters.TryGet();
        return new(true, value);
    }

    public async ValueTask<IReadOnlyList<TValue>> GetAllAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var batch = new BatchCall<TNode, TValue>(this, nodes);
        await batch.RunAsync(cancellationToken).ConfigureAwait(false);
        return batch.Values;
    }

    public async ValueTask SetAsync(TNode node, TValue value, CancellationToken cancellationToken = default)
    {
        if (value is null && !Definition.Policy.CachesNull)
        {
            throw new ArgumentNullException(nameof(value), $"Node '{Definition.Name}' does not cache null: say .CacheNull() in its policy, or invalidate the node.");
        }

        var key = KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        var found = new FoundValue<TValue>(value, Codec.CopyOf(value), Clock.UnixNow, null, -1);
        var writeBack = BeginWriteBack();
        // Serialized before anything changes: what cannot be written is the caller's to know.
        var write = writeBack.Prepare(key, found, 0, overrides: true, throws: true);
        var run = new Run(Definition.Name);
        var flight = _flights.LeadStandIn(key, run, supersede: true);
        run.End();
        writeBack.Commit(new ReadItem<TNode, TValue>(node, flight), write, overrides: true);
        flight.Complete(new FlightResult<TValue>(new(true, value), found.Copy, -1));
        await EndAsync(writeBack, flight).WaitAsync(cancellationToken).ConfigureAwait(false);
        Definition.Counters.Set();
    }

    public async ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken = default)
    {
        var key = KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        Run.Current?.RefuseOwn(_flights, key, Definition.Name);
        var run = new Run(Definition.Name);
        run.Leads((table, led) => table == _flights && led == key);
        var flight = _flights.LeadStandIn(key, run, supersede: false);
        Start(run, ReadMode.Refresh, _ownLoad, [new(node, flight)]);
        var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
        Definition.Counters.Refresh();
        return ValueOf(result);
    }

    public ValueTask InvalidateAsync(TNode node, CancellationToken cancellationToken = default) => InvalidateAsync([node], cancellationToken);

    public async ValueTask InvalidateAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var distinct = nodes.Select(node => (Node: node, Key: KeyOf(node))).DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var writeBack = BeginWriteBack();
        foreach (var (node, key) in distinct)
        {
            _flights.Supersede(key, () =>
            {
                writeBack.AddRemoval(key);
                Local.Remove(node, key, EvictionReason.Invalidated);
            });
        }

        Definition.Counters.Invalidate(distinct.Count);
        var failures = await writeBack.SendAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(failure => failure.Storage)], failures[0].Error);
        }
    }

    /// <summary>Finds the value in a local tier, without counting.</summary>
    internal bool TryFind(TNode node, out TValue value, out int tier)
    {
        tier = Local.Find(node, out value, out var copy);
        return tier >= 0 && TryValue(ref value, copy);
    }

    /// <summary>Takes the copy that the node hands out. False when there is one and it cannot be read.</summary>
    internal bool TryValue(ref TValue value, ReadOnlyMemory<byte>? copy)
    {
        if (copy is null)
        {
            return true;
        }

        try
        {
            value = Codec.ValueFor(value, copy);
            return true;
        }
        catch (Exception error)
        {
            Definition.Counters.SerializationError();
            Log.CopyFailed(_logger, Definition.Name, error);
            return false;
        }
    }

    internal string KeyOf(TNode node)
    {
        if (node is null)
        {
            throw new ArgumentNullException(nameof(node));
        }

        var key = _shape.KeyOf(node);
        try
        {
            return Definition.Keys.Format(key.Text);
        }
        finally
        {
            key.Release();
        }
    }

    /// <summary>The value that a caller gets of what a flight brought; when its copy cannot be read, the value as it was brought.</summary>
    internal TValue ValueOf(FlightResult<TValue> result)
    {
        var value = result.Lookup.Value;
        TryValue(ref value, result.Copy);
        return value;
    }

    internal WriteBack<TNode, TValue> BeginWriteBack() => new(Definition, Local, Codec, Clock);

    /// <summary>Adds the copy that the node hands out. False when the value cannot be serialized, and so cannot be stored.</summary>
    internal bool TryCopy(ref FoundValue<TValue> found)
    {
        try
        {
            found = found with { Copy = found.Copy ?? Codec.CopyOf(found.Value) };
            return true;
        }
        catch (Exception error)
        {
            Definition.Counters.SerializationError();
            Log.SerializationFailed(_logger, Definition.Name, error);
            return false;
        }
    }

    /// <summary>Splits a batch so that no two equal nodes are in one load: with different keys they may have different values.</summary>
    internal IEnumerable<List<ReadItem<TNode, TValue>>> Rounds(List<ReadItem<TNode, TValue>> items)
    {
        if (_isFaithful)
        {
            return [items];
        }

        return items.GroupBy(item => item.Node)
            .SelectMany(equal => equal.Select((item, round) => (item, round)))
            .GroupBy(pair => pair.round, pair => pair.item)
            .Select(round => round.ToList());
    }

    /// <summary>Joins or leads a flight for each key. The flights that are led belong to one run, which is started.</summary>
    internal IReadOnlyList<(Flight<FlightResult<TValue>> Flight, bool Joined)> JoinOrLead(
        IReadOnlyList<(TNode Node, string Key)> nodes, NodeLoad<TNode, TValue> load, bool asBatch)
    {
        var run = new Run(Definition.Name);
        try
        {
            foreach (var (_, key) in nodes)
            {
                Run.Current?.RefuseOwn(_flights, key, Definition.Name);
            }
        }
        catch (LoadCycleException)
        {
            // Requests like any other that gets an exception: misses.
            foreach (var _ in nodes)
            {
                Definition.Counters.Miss();
            }

            throw;
        }

        var flights = new List<(Flight<FlightResult<TValue>>, bool)>(nodes.Count);
        var led = new List<ReadItem<TNode, TValue>>(nodes.Count);
        foreach (var (node, key) in nodes)
        {
            var flight = _flights.JoinOrLead(key, run, out var leads);
            flights.Add((flight, !leads));
            if (leads)
            {
                led.Add(new(node, flight));
            }
        }

        if (led.Count > 0)
        {
            run.Leads(Leads(led));
            Start(run, ReadMode.Get, load, led, asBatch);
        }

        return flights;
    }

    private Func<object, string, bool> Leads(List<ReadItem<TNode, TValue>> led)
    {
        if (led is [var only])
        {
            var flight = only.Flight;
            return (table, key) => table == _flights && flight.Key == key && !flight.IsDone;
        }

        var flightOf = led.ToDictionary(item => item.Key, item => item.Flight, StringComparer.Ordinal);
        return (table, key) => table == _flights && flightOf.TryGetValue(key, out var flight) && !flight.IsDone;
    }

    internal NodeLoad<TNode, TValue> OwnLoad => _ownLoad;

    /// <summary>Waits for a flight as one request, and counts it.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="joined">Whether another caller leads it.</param>
    /// <param name="takesNone">Whether "none" is an answer to this request; a get that joined a lookup asks again, and is counted then.</param>
    /// <param name="cancellationToken">The caller's.</param>
    internal async ValueTask<CacheLookup<TValue>> RequestAsync(
        Flight<FlightResult<TValue>> flight, bool joined, bool takesNone, CancellationToken cancellationToken)
    {
        try
        {
            var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
            var lookup = result.Lookup.Found ? new(true, ValueOf(result)) : CacheLookup<TValue>.None;
            if (lookup.Found || takesNone)
            {
                Count(result.Tier, joined || result.StoodIn);
            }

            return lookup;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Definition.Counters.Cancel();
            throw;
        }
        catch
        {
            Count(-1, joined);
            throw;
        }
    }

    private bool TryHit(TNode node, out TValue value)
    {
        if (node is null)
        {
            throw new ArgumentNullException(nameof(node));
        }

        if (!TryFind(node, out value, out var tier))
        {
            return false;
        }

        Definition.Counters.Hit(tier);
        return true;
    }

    private async ValueTask<TValue> MissAsync(TNode node, NodeLoad<TNode, TValue> load, CancellationToken cancellationToken)
    {
        // The load of a get always has a value; "none" can only come from a flight that a lookup led.
        while (true)
        {
            var lookup = await MissAsync(node, load, takesNone: false, cancellationToken).ConfigureAwait(false);
            if (lookup.Found)
            {
                return lookup.Value;
            }
        }
    }

    private ValueTask<CacheLookup<TValue>> MissAsync(
        TNode node, NodeLoad<TNode, TValue> load, bool takesNone, CancellationToken cancellationToken)
    {
        var key = KeyOf(node);
        if (cancellationToken.IsCancellationRequested)
        {
            Definition.Counters.Cancel();
            return ValueTask.FromCanceled<CacheLookup<TValue>>(cancellationToken);
        }

        var (flight, joined) = JoinOrLead([(node, key)], load, asBatch: false)[0];
        return RequestAsync(flight, joined, takesNone, cancellationToken);
    }

    private void Count(int tier, bool collapsed)
    {
        if (tier >= 0)
        {
            Definition.Counters.Hit(tier);
        }
        else
        {
            Definition.Counters.Miss();
        }

        if (collapsed)
        {
            Definition.Counters.Collapse();
        }
    }

    // Owned by the flights, which are in their table until it ends.
    private void Start(Run run, ReadMode mode, NodeLoad<TNode, TValue> load, IReadOnlyList<ReadItem<TNode, TValue>> items, bool asBatch = false) =>
        _ = new ReadPath<TNode, TValue>(this, run, mode, load, asBatch).RunAsync(items);

    private static async Task EndAsync(WriteBack<TNode, TValue> writeBack, Flight<FlightResult<TValue>> flight)
    {
        await writeBack.SendAsync().ConfigureAwait(false);
        flight.End();
    }
}
