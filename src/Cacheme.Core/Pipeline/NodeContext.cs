using Cacheme.Concurrency;
using Cacheme.Local;
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

    /// <param name="definition">The node.</param>
    /// <param name="shape">How its key and its load are called.</param>
    /// <param name="values">What is asked of each call and its value.</param>
    /// <param name="texts">Its aliases by text; null where entries are found by the node.</param>
    /// <param name="clock">The time.</param>
    /// <param name="scopes">Where loads get their services.</param>
    /// <param name="logger">Where faults are told.</param>
    public NodeContext(
        NodeDefinition definition,
        NodeShape<TNode, TValue> shape,
        NodeValues<TNode, TValue> values,
        TextAliases<TNode, TValue>? texts,
        CacheClock clock,
        IServiceScopeFactory scopes,
        ILogger logger)
    {
        _shape = shape;
        Definition = definition;
        Values = values;
        Clock = clock;
        Flights = new SingleFlight<FlightResult<TValue>>(definition.Name);
        Local = new LocalTiers<TNode, TValue>(definition, shape, values, texts, Flights.Exclusively, clock, logger);
        Answers = new Answers<TNode, TValue>(this);
        Loader = new Loader(definition, scopes, clock.Time, logger);
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

    public NodeValues<TNode, TValue> Values { get; }

    /// <summary>What is known of values beside them.</summary>
    public Answers<TNode, TValue> Answers { get; }

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

    /// <summary>Finds the value of a declared node in a local tier, without counting.</summary>
    public bool TryFind(TNode node, out TValue value, out int tier)
    {
        tier = Local.Find(node, out value, out var copy);
        return tier >= 0 && (copy is null || Values.TryRead(node, ref value, copy));
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
    public ReadItem<TNode, TValue> ItemOf(TNode node, Flight<FlightResult<TValue>> flight) =>
        new(node, Values.RulesOf(node), flight, Definition.RemovedTags.Epoch);

    public WriteBack<TNode, TValue> BeginWriteBack() => new(Definition, Local, Values, Clock, Invalidations.Wrote);

    /// <summary>Sets the items on the read path. Owned by their flights, which are in the table until it ends.</summary>
    /// <returns>Ends when each flight is done and what can be done without the remote writes is done; never fails.</returns>
    public Task Start(ReadMode mode, NodeLoad<TNode, TValue> load, List<ReadItem<TNode, TValue>> items, bool asBatch = false) =>
        new ReadPath<TNode, TValue>(this, mode, load, asBatch).RunAsync(items);
}
