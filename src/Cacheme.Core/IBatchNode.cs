namespace Cacheme;

/// <summary>A node that can be loaded together with others of its type, for <c>GetAllAsync</c>.</summary>
/// <typeparam name="TNode">The node's own type.</typeparam>
/// <typeparam name="TValue">The type of its value.</typeparam>
public interface IBatchNode<TNode, TValue> : IBatchLoad<TNode, TValue>
    where TNode : IBatchNode<TNode, TValue>
{
    /// <summary>Loads the values of all the nodes in one go.</summary>
    /// <param name="nodes">The nodes that no tier had, each key once.</param>
    /// <param name="context">The load's services, in a scope of its own, and its token.</param>
    /// <returns>A value for each node. A node that is left out is an error for that node's key.</returns>
    static abstract ValueTask<IReadOnlyDictionary<TNode, TValue>> LoadAllAsync(IReadOnlyList<TNode> nodes, LoadContext context);

    ValueTask<IReadOnlyDictionary<TNode, TValue>> IBatchLoad<TNode, TValue>.LoadBatchAsync(IReadOnlyList<TNode> nodes, LoadContext context) =>
        TNode.LoadAllAsync(nodes, context);
}
