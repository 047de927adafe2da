namespace Cacheme.Pipeline;

/// <summary>The cache of a record struct as the face sees it: it has statistics, but is only called through its typed handle.</summary>
internal sealed class StructNodeCache<TNode, TValue>(NodeCache<TNode, TValue> cache) : NodeCache(cache.Definition)
    where TNode : notnull
{
    public override ValueTask InvalidateAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The node '{Definition.Name}' is a record struct: call its INodeCache.");
}
