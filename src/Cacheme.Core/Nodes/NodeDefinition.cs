namespace Cacheme.Nodes;

/// <summary>A node with its names resolved. Immutable.</summary>
internal sealed class NodeDefinition
{
    public required string Name { get; init; }
}
