using Cacheme.Concurrency;
using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>What the steps of one node type work with.</summary>
internal sealed class NodeContext<TNode, TValue>
    where TNode : notnull
{
    private readonly NodeShape<TNode, TValue> _shape;

    public NodeContext(
        NodeDefinition definition, NodeShape<TNode, TValue> shape, CacheClock clock, IServiceScopeFactory scopes, CachemeMeter meter, ILogger logger)
    {
        _shape = shape;
        Definition = definition;
        Clock = clock;
        Flights = new SingleFlight<FlightResult<TValue>>(definition.Name);
        Local = new LocalTiers<TNode, TValue>(definition, shape, Flights.Exclusively, clock, logger);
        Codec = new EntryCodec<TValue>(definition, clock, logger);
        Copies = new ValueCopies<TValue>(definition, logger);
        Loader = new Loader(definition, scopes, clock.Time, meter, logger);
        Tags = new NodeTags<TNode, TValue>(definition, logger);
        SharedLoads = SharedLoadsOf(definition);
        Invalidations = new NodeInvalidations<TNode, TValue>(this);
        OwnLoad = async (node, context) => new(true, await shape.LoadAsync(node, context).ConfigureAwait(false));
    }

    public NodeDefinition Definition { get; }

    public NodeCounters Counters => Definition.Counters;

    public CacheClock Clock { get; }

    public SingleFlight<FlightResult<TValue>> Flights { get; }

    public LocalTiers<TNode, TValue> Local { get; }

    public EntryCodec<TValue> Codec { get; }

    public ValueCopies<TValue> Copies { get; }

    public Loader Loader { get; }

    public NodeInvalidations<TNode, TValue> Invalidations { get; }

    public NodeTags<TNode, TValue> Tags { get; }

    /// <summary>Waits for loads of other processes; null where the node does not.</summary>
    public SharedLoads<TNode, TValue>? SharedLoads { get; }

    /// <summary>The node's own load.</summary>
    public NodeLoad<TNode, TValue> OwnLoad { get; }

    /// <summary>The full key.</summary>
    /// <exception cref="ArgumentNullException">There is no node.</exception>
    /// <exception cref="ArgumentException">The key is not allowed.</exception>
    public string KeyOf(TNode node)
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

    /// <summary>Finds the value in a local tier, without counting.</summary>
    public bool TryFind(TNode node, out TValue value, out int tier)
    {
        tier = Local.Find(node, out value, out var copy);
        return tier >= 0 && Copies.TryRead(ref value, copy);
    }

    // In the farthest tier that has leases: what stands before it may be the machine's own.
    private SharedLoads<TNode, TValue>? SharedLoadsOf(NodeDefinition definition)
    {
        for (var place = definition.RemoteTiers.Count - 1; definition.Policy.LongestWaitForOthers is { } wait && place >= 0; place--)
        {
            if (definition.RemoteTiers[place].Storage.Leases is { } leases)
            {
                return new SharedLoads<TNode, TValue>(this, definition.RemoteTiers[place], place, leases, wait);
            }
        }

        return null;
    }

    /// <summary>Makes an item of the read path, as it begins.</summary>
    public ReadItem<TNode, TValue> ItemOf(TNode node, Flight<FlightResult<TValue>> flight) => new(node, flight, Definition.RemovedTags.Epoch);

    public WriteBack<TNode, TValue> BeginWriteBack() => new(Definition, Local, Codec, Clock, Invalidations.Wrote);

    /// <summary>Sets the items on the read path. Owned by their flights, which are in the table until it ends.</summary>
    /// <returns>Ends when each flight is done and what can be done without the remote writes is done; never fails.</returns>
    public Task Start(ReadMode mode, NodeLoad<TNode, TValue> load, List<ReadItem<TNode, TValue>> items, bool asBatch = false) =>
        new ReadPath<TNode, TValue>(this, mode, load, asBatch).RunAsync(items);
}
