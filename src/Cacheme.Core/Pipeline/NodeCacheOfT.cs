using System.Diagnostics.CodeAnalysis;
using Cacheme.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The cache of one node type: hits are answered here, everything else is handed on.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "Nobody outside sees the type, so its name cannot be in anyone's way.")]
internal sealed class NodeCache<TNode, TValue> : INodeCache<TNode, TValue>
    where TNode : notnull
{
    private readonly NodeContext<TNode, TValue> _context;
    private readonly Requests<TNode, TValue> _requests;
    private readonly Changes<TNode, TValue> _changes;

    public NodeCache(
        NodeDefinition definition, NodeShape<TNode, TValue> shape, CacheClock clock, IServiceScopeFactory scopes, ILogger logger)
    {
        _context = new NodeContext<TNode, TValue>(
            definition, shape, new DeclaredValues<TNode, TValue>(definition, clock, logger), texts: null, clock, scopes, logger);
        _requests = new Requests<TNode, TValue>(_context);
        _changes = new Changes<TNode, TValue>(_context);
    }

    public NodeDefinition Definition => _context.Definition;

    public NodeStats Stats => Definition.Counters.Snapshot();

    /// <summary>What its steps work with.</summary>
    internal NodeContext<TNode, TValue> Context => _context;

    /// <summary>The keys something runs for.</summary>
    internal int KeysUnderWay => _context.Flights.Count;

    public ValueTask<TValue> GetAsync(TNode node, CancellationToken cancellationToken = default) =>
        TryHit(node, out var value) ? new(value) : _requests.GetAsync(node, _context.OwnLoad, cancellationToken);

    public ValueTask<TValue> GetAsync(TNode node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return TryHit(node, out var value) ? new(value) : _requests.GetAsync(node, LoadBy(load), cancellationToken);
    }

    public bool TryAnswer(TNode node, out CacheAnswer<TValue> answer)
    {
        if (node is null)
        {
            throw new ArgumentNullException(nameof(node));
        }

        var tier = _context.Answers.Find(node, out answer);
        if (tier < 0)
        {
            return false;
        }

        Definition.Counters.Hit(tier);
        return true;
    }

    public ValueTask<CacheAnswer<TValue>> AnswerAsync(
        TNode node, Func<CancellationToken, ValueTask<CacheLookup<TValue>>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return TryAnswer(node, out var answer) ? new(answer) : MissAsync(node, load, cancellationToken);
    }

    public async ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull((object)node, nameof(node));
        var lookup = _context.TryFind(node, out var value, out _)
            ? new(true, value)
            : await _requests.TryGetAsync(node, cancellationToken).ConfigureAwait(false);
        Definition.Counters.TryGet();
        return lookup;
    }

    public async ValueTask<IReadOnlyList<TValue>> GetAllAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var batch = new BatchCall<TNode, TValue>(_context, _requests, nodes);
        await batch.RunAsync(cancellationToken).ConfigureAwait(false);
        return batch.Values;
    }

    // A storage that it did not reach is a cache that costs a load more; the guard has told of it.
    public async ValueTask SetAsync(TNode node, TValue value, CancellationToken cancellationToken = default) =>
        await _changes.SetAsync(node, value, cancellationToken).ConfigureAwait(false);

    public ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken = default) =>
        _changes.RefreshAsync(node, cancellationToken);

    public ValueTask InvalidateAsync(TNode node, CancellationToken cancellationToken = default) =>
        _changes.InvalidateAsync([node], cancellationToken);

    public ValueTask InvalidateAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return _changes.InvalidateAsync(nodes, cancellationToken);
    }

    private bool TryHit(TNode node, out TValue value)
    {
        if (node is null)
        {
            throw new ArgumentNullException(nameof(node));
        }

        if (!_context.TryFind(node, out value, out var tier))
        {
            return false;
        }

        Definition.Counters.Hit(tier);
        return true;
    }

    // The two below have closures, which a hit must not pay for.
    private static NodeLoad<TNode, TValue> LoadBy(Func<CancellationToken, ValueTask<TValue>> load) =>
        async (_, context) => new(true, await load(context.CancellationToken).ConfigureAwait(false));

    private ValueTask<CacheAnswer<TValue>> MissAsync(
        TNode node, Func<CancellationToken, ValueTask<CacheLookup<TValue>>> load, CancellationToken cancellationToken) =>
        _requests.AnswerAsync(node, (_, context) => load(context.CancellationToken), cancellationToken);
}
