namespace Cacheme;

/// <summary>What a record struct implements to be a node, for hot paths through <see cref="INodeCache{TNode, TValue}"/>.</summary>
/// <typeparam name="TValue">The type of the cached value.</typeparam>
public interface INode<TValue>
{
    /// <summary>The key, a pure function of the node's properties.</summary>
    NodeKey Key { get; }

    /// <summary>Loads the value when no tier has it.</summary>
    /// <param name="context">The load's services, in a scope of its own, and its token.</param>
    ValueTask<TValue> LoadAsync(LoadContext context);
}
