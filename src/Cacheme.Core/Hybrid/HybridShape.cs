using Cacheme.Nodes;

namespace Cacheme.Hybrid;

/// <summary>How the key of a call is found. Its load always comes with it.</summary>
internal sealed class HybridShape : NodeShape<HybridNode, HybridItem>
{
    public override NodeKey KeyOf(HybridNode node) => node.Key;

    public override ValueTask<HybridItem> LoadAsync(HybridNode node, LoadContext context) =>
        throw new NotSupportedException("A HybridCache has no load of its own.");
}
