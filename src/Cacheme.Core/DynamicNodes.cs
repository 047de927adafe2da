using Cacheme.Pipeline;

namespace Cacheme;

/// <summary>A node that was built at run time, without a class. Immutable; keep it and ask it for keys.</summary>
/// <typeparam name="TValue">The type of the values.</typeparam>
public sealed class DynamicNodes<TValue>
{
    private readonly ValueCache<TValue> _cache;

    internal DynamicNodes(ValueCache<TValue> cache) => _cache = cache;

    /// <summary>The node's name.</summary>
    public string Name => _cache.Definition.Name;

    /// <summary>The node's statistics since it was built.</summary>
    public NodeStats Stats => _cache.Stats;

    /// <summary>The node for a key.</summary>
    /// <param name="key">The key; the prefix and the version are added around it.</param>
    public DynamicNode<TValue> Key(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new DynamicNode<TValue>(key, _cache);
    }
}
