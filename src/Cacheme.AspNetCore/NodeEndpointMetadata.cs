using Cacheme.AspNetCore.Endpoints;

namespace Cacheme.AspNetCore;

/// <summary>Stands on an endpoint that a node caches. For inspection: it is written once, when the endpoint is built.</summary>
public sealed class NodeEndpointMetadata
{
    internal NodeEndpointMetadata(Type nodeType, Type valueType, IReadOnlyList<NodeEndpointParameter> parameters, NodeEndpoint endpoint)
    {
        Endpoint = endpoint;
        NodeType = nodeType;
        ValueType = valueType;
        Parameters = parameters;
    }

    /// <summary>The node's type.</summary>
    public Type NodeType { get; }

    /// <summary>The type of its value.</summary>
    public Type ValueType { get; }

    /// <summary>Where each of the node's parameters comes from, in the order of its constructor.</summary>
    public IReadOnlyList<NodeEndpointParameter> Parameters { get; }

    /// <summary>What answers it.</summary>
    internal NodeEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public override string ToString() => $"CacheWith {NodeType.Name}({string.Join(", ", Parameters)})";
}
