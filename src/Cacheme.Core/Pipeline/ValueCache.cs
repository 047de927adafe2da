using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The cache of one node, as those see it who know only the type of the value.</summary>
internal abstract class ValueCache<TValue>(NodeDefinition definition) : NodeCache(definition)
{
    public abstract ValueTask<TValue> GetAsync(Node<TValue> node, CancellationToken cancellationToken);

    public abstract ValueTask<TValue> GetAsync(Node<TValue> node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken);

    public abstract ValueTask<CacheLookup<TValue>> TryGetAsync(Node<TValue> node, CancellationToken cancellationToken);

    public abstract ValueTask<IReadOnlyList<TValue>> GetAllAsync(IReadOnlyList<Node<TValue>> nodes, CancellationToken cancellationToken);

    public abstract ValueTask SetAsync(Node<TValue> node, TValue value, CancellationToken cancellationToken);

    public abstract ValueTask<TValue> RefreshAsync(Node<TValue> node, CancellationToken cancellationToken);
}
