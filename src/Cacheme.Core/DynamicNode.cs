using Cacheme.Nodes;

namespace Cacheme;

/// <summary>A node without a class of its own. Made by <see cref="DynamicNodes{TValue}.Key"/>.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
public sealed record DynamicNode<TValue> : Node<TValue>
{
    private readonly string _key;

    internal DynamicNode(string key, NodeDefinition definition)
    {
        _key = key;
        Definition = definition;
    }

    /// <inheritdoc/>
    public override NodeKey Key => _key;

    internal NodeDefinition Definition { get; }

    /// <inheritdoc/>
    public override ValueTask<TValue> LoadAsync(LoadContext context) =>
        throw new NotSupportedException($"The node '{Definition.Name}' has no load: give the load with the call.");
}
