using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>A policy that has a name and no node: what its faces share, as the list of nodes and the statistics see it.</summary>
internal sealed class PolicyCache(NodeDefinition definition) : NodeCache(definition)
{
    public override ValueTask InvalidateAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"'{Definition.Name}' is a policy without a node: call its HybridCache.");
}
