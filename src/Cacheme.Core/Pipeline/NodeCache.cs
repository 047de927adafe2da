using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The cache of one node, whatever its types are.</summary>
internal abstract class NodeCache(NodeDefinition definition)
{
    public NodeDefinition Definition => definition;

    public NodeStats Stats => definition.Counters.Snapshot();

    public abstract ValueTask InvalidateAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken);
}
