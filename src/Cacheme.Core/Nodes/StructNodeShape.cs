namespace Cacheme.Nodes;

/// <summary>A node that is a record struct.</summary>
internal sealed class StructNodeShape<TNode, TValue> : NodeShape<TNode, TValue>
    where TNode : struct, INode<TValue>
{
    public override NodeKey KeyOf(TNode node) => node.Key;

    public override ValueTask<TValue> LoadAsync(TNode node, LoadContext context) => node.LoadAsync(context);
}
