using Microsoft.AspNetCore.Builder;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Stands in an endpoint's metadata for each time that it, or a group it is in, was given a node or none. The last one counts.</summary>
/// <param name="nodeType">The node; null for none.</param>
/// <param name="isOfGroup">Whether it is said of many endpoints at once.</param>
internal sealed class NodeDeclaration(Type? nodeType, bool isOfGroup)
{
    public Type? NodeType => nodeType;

    public bool IsOfGroup => isOfGroup;

    /// <summary>The one of an endpoint that counts; null where it has none.</summary>
    public static NodeDeclaration? Of(EndpointBuilder endpoint) =>
        endpoint.Metadata.LastOrDefault(static item => item is NodeDeclaration or DisableCachingAttribute) as NodeDeclaration;

    /// <summary>What was said last of an endpoint in code, whatever its attributes say; null for nothing.</summary>
    public static NodeDeclaration? Last(EndpointBuilder endpoint) => endpoint.Metadata.OfType<NodeDeclaration>().LastOrDefault();

    /// <summary>Another node that the endpoint itself was given; null for none.</summary>
    public NodeDeclaration? Rival(EndpointBuilder endpoint) => endpoint.Metadata.OfType<NodeDeclaration>()
        .FirstOrDefault(other => other != this && !other.IsOfGroup && !isOfGroup && other.NodeType is not null);
}
