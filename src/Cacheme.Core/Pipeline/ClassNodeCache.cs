using System.Runtime.CompilerServices;

namespace Cacheme.Pipeline;

/// <summary>Leads the calls of the face, which know a node by its base class, to the cache of its type.</summary>
internal sealed class ClassNodeCache<TNode, TValue>(NodeCache<TNode, TValue> cache) : ValueCache<TValue>(cache.Definition)
    where TNode : notnull
{
    /// <summary>The keys something runs for.</summary>
    internal int KeysUnderWay => cache.KeysUnderWay;

    public override ValueTask<TValue> GetAsync(Node<TValue> node, CancellationToken cancellationToken) =>
        cache.GetAsync(Typed(node), cancellationToken);

    public override ValueTask<TValue> GetAsync(
        Node<TValue> node, Func<CancellationToken, ValueTask<TValue>> load, CancellationToken cancellationToken) =>
        cache.GetAsync(Typed(node), load, cancellationToken);

    public override ValueTask<CacheLookup<TValue>> TryGetAsync(Node<TValue> node, CancellationToken cancellationToken) =>
        cache.TryGetAsync(Typed(node), cancellationToken);

    public override ValueTask<IReadOnlyList<TValue>> GetAllAsync(IReadOnlyList<Node<TValue>> nodes, CancellationToken cancellationToken) =>
        cache.GetAllAsync(nodes.Select(Typed), cancellationToken);

    public override ValueTask SetAsync(Node<TValue> node, TValue value, CancellationToken cancellationToken) =>
        cache.SetAsync(Typed(node), value, cancellationToken);

    public override ValueTask<TValue> RefreshAsync(Node<TValue> node, CancellationToken cancellationToken) =>
        cache.RefreshAsync(Typed(node), cancellationToken);

    public override ValueTask InvalidateAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        cache.InvalidateAsync(nodes.Select(Typed), cancellationToken);

    // The node was led here by its own type, which is TNode; a checked cast would cost a part of a hit.
    private static TNode Typed(Node node) => Unsafe.As<Node, TNode>(ref node);
}
