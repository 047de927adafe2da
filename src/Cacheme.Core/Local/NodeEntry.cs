namespace Cacheme.Local;

/// <summary>A local entry that knows the node it was stored for, so that the node finds it without its key.</summary>
internal sealed class NodeEntry<TNode, TValue>(TNode node, TValue value, ReadOnlyMemory<byte>? copy, IEntryAliases<TNode, TValue>? aliases)
    : LocalEntry<TValue>(value, copy)
    where TNode : notnull
{
    public TNode Node => node;

    /// <summary>Makes the entry findable by its node. After it was put into its storage.</summary>
    public void AddAlias() => aliases?.Add(this);

    protected override void Drop()
    {
        aliases?.Remove(this);
        base.Drop();
    }
}
