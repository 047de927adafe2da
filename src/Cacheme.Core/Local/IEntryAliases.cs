using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Local;

/// <summary>Finds entries without their keys; an entry that dies leaves.</summary>
internal interface IEntryAliases<TNode, TValue>
    where TNode : notnull
{
    bool TryGet(TNode node, [MaybeNullWhen(false)] out NodeEntry<TNode, TValue> entry);

    void Add(NodeEntry<TNode, TValue> entry);

    void Remove(NodeEntry<TNode, TValue> entry);
}
