using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Local;

/// <summary>Finds the entries of one node by a text of the caller's, so that a span serves as well as a string.</summary>
/// <remarks>Thread-safe. It never holds more than the storage, since an entry has one alias and takes it along when it dies.</remarks>
/// <param name="textOf">The text of a node: two nodes with the same text have the same key.</param>
internal sealed class TextAliases<TNode, TValue>(Func<TNode, string> textOf) : IEntryAliases<TNode, TValue>
    where TNode : notnull
{
    private readonly ConcurrentDictionary<string, NodeEntry<TNode, TValue>>.AlternateLookup<ReadOnlySpan<char>> _entries =
        new ConcurrentDictionary<string, NodeEntry<TNode, TValue>>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryGet(ReadOnlySpan<char> text, [MaybeNullWhen(false)] out NodeEntry<TNode, TValue> entry) => _entries.TryGetValue(text, out entry);

    public bool TryGet(TNode node, [MaybeNullWhen(false)] out NodeEntry<TNode, TValue> entry) => _entries.TryGetValue(textOf(node), out entry);

    public void Add(NodeEntry<TNode, TValue> entry)
    {
        _entries.Dictionary[textOf(entry.Node)] = entry;
        if (entry.IsDead)
        {
            // It died before it had the alias, so its death has not removed it.
            Remove(entry);
        }
    }

    public void Remove(NodeEntry<TNode, TValue> entry) =>
        _entries.Dictionary.TryRemove(new KeyValuePair<string, NodeEntry<TNode, TValue>>(textOf(entry.Node), entry));
}
