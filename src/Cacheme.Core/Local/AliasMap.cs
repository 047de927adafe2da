using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Local;

/// <summary>Finds the entries of one node type by the node itself: no key is formatted or hashed on a hit.</summary>
/// <remarks>Thread-safe. It never holds more than the storage, since an entry has one alias and takes it along when it dies.</remarks>
internal sealed class AliasMap<TNode, TValue> : IEntryAliases<TNode, TValue>
    where TNode : notnull
{
    private readonly ConcurrentDictionary<TNode, NodeEntry<TNode, TValue>> _entries = new();

    public bool TryGet(TNode node, [MaybeNullWhen(false)] out NodeEntry<TNode, TValue> entry) => _entries.TryGetValue(node, out entry);

    public void Add(NodeEntry<TNode, TValue> entry)
    {
        _entries[entry.Node] = entry;
        if (entry.IsDead)
        {
            // It died before it had the alias, so its death has not removed it.
            Remove(entry);
        }
    }

    public void Remove(NodeEntry<TNode, TValue> entry) =>
        _entries.TryRemove(new KeyValuePair<TNode, NodeEntry<TNode, TValue>>(entry.Node, entry));
}
