namespace Cacheme.Nodes;

/// <summary>How the key and the load of a node type are called: a class through its base, a struct without a box.</summary>
internal abstract class NodeShape<TNode, TValue>
{
    public abstract NodeKey KeyOf(TNode node);

    public abstract ValueTask<TValue> LoadAsync(TNode node, LoadContext context);
}
