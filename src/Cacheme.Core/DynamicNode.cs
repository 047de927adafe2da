using Cacheme.Pipeline;

namespace Cacheme;

/// <summary>A node without a class of its own. Made by <see cref="DynamicNodes{TValue}.Key"/>.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
public sealed record DynamicNode<TValue> : Node<TValue>
{
    private readonly string _key;

    internal DynamicNode(string key, ValueCache<TValue> cache)
    {
        _key = key;
        Cache = cache;
    }

    /// <inheritdoc/>
    public override NodeKey Key => _key;

    internal override NodeCache OwnCache => Cache;

    internal ValueCache<TValue> Cache { get; }

    /// <inheritdoc/>
    public override ValueTask<TValue> LoadAsync(LoadContext context) => throw new NotSupportedException(
        $"The node '{Cache.Definition.Name}' has no load: give the load with the call.");
}
