using System.ComponentModel;

namespace Cacheme;

/// <summary>The batch load as it is called: on any node of the batch. Implement <see cref="IBatchNode{TNode, TValue}"/> instead.</summary>
/// <typeparam name="TNode">The node's type.</typeparam>
/// <typeparam name="TValue">The type of its value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBatchLoad<TNode, TValue>
{
    /// <summary>Loads the values of all the nodes in one go.</summary>
    /// <param name="nodes">The nodes that no tier had, each key once.</param>
    /// <param name="context">The load's services and its token.</param>
    ValueTask<IReadOnlyDictionary<TNode, TValue>> LoadBatchAsync(IReadOnlyList<TNode> nodes, LoadContext context);
}
