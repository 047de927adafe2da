using Cacheme.Nodes;

namespace Cacheme.Distributed;

/// <summary>How the key of a call is found. It never loads.</summary>
internal sealed class ByteShape : NodeShape<ByteNode, ByteItem>
{
    public override NodeKey KeyOf(ByteNode node) => node.Key;

    public override ValueTask<ByteItem> LoadAsync(ByteNode node, LoadContext context) =>
        throw new NotSupportedException("A cache of bytes has no load.");
}
