namespace Cacheme.Nodes;

/// <summary>A node that is a record derived from <see cref="Node{TValue}"/>.</summary>
internal sealed class ClassNodeShape<TNode, TValue> : NodeShape<TNode, TValue>
{
    public override NodeKey KeyOf(TNode node) => Of(node).Key;

    public override ValueTask<TValue> LoadAsync(TNode node, LoadContext context) => Of(node).LoadAsync(context);

    // Holds for whatever INodeType.Accept hands out: only Node<TValue> implements it.
    private static Node<TValue> Of(TNode node) => (Node<TValue>)(object)node!;
}
