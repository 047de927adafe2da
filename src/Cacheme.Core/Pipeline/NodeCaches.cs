using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The caches of a host: those of classes by type, and all by name. Thread-safe.</summary>
internal sealed class NodeCaches(IReadOnlyCollection<NodeCache> registered)
{
    private readonly FrozenDictionary<Type, NodeCache> _byType = registered.ToFrozenDictionary(cache => cache.Definition.NodeType);
    private readonly ConcurrentDictionary<string, NodeCache> _byName =
        new(registered.ToDictionary(cache => cache.Definition.Name, StringComparer.Ordinal), StringComparer.Ordinal);

    public IReadOnlyList<NodeInfo> Describe() =>
        [.. _byName.Values.Select(cache => cache.Definition.Describe()).OrderBy(node => node.Name, StringComparer.Ordinal)];

    /// <exception cref="InvalidOperationException">The node's type is not registered.</exception>
    public ValueCache<TValue> Of<TValue>(Node<TValue> node) =>
        // The cache of a node's type is made for that type's value: a checked cast would cost a quarter of a hit.
        Unsafe.As<ValueCache<TValue>>(Of((Node)node));

    /// <exception cref="InvalidOperationException">The node's type is not registered.</exception>
    public NodeCache Of(Node node) => node.OwnCache ?? Of(node.GetType());

    /// <exception cref="InvalidOperationException">The node's type is not registered.</exception>
    public NodeCache Of(Type nodeType) => _byType.TryGetValue(nodeType, out var cache) ? cache : throw new InvalidOperationException(
        $"The node {NodeName.Of(nodeType)} is not registered: add it with AddNode<{NodeName.Of(nodeType)}>() in AddCacheme.");

    /// <exception cref="InvalidOperationException">No node has the name.</exception>
    public NodeCache Of(string name) => _byName.TryGetValue(name, out var cache) ? cache : throw new InvalidOperationException(
        $"No node is named '{name}'. There are: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}.");

    /// <exception cref="CachemeSetupException">The name is in use.</exception>
    public void Add(NodeCache cache)
    {
        if (!_byName.TryAdd(cache.Definition.Name, cache))
        {
            throw Taken(cache.Definition.Name);
        }
    }

    /// <exception cref="CachemeSetupException">The name is in use.</exception>
    public void RefuseTaken(string name)
    {
        if (_byName.ContainsKey(name))
        {
            throw Taken(name);
        }
    }

    private static CachemeSetupException Taken(string name) =>
        new($"A node named '{name}' is there already: build it once and keep what BuildNode returns.");
}
