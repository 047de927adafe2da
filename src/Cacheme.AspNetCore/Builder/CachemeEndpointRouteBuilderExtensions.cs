using System.Diagnostics.CodeAnalysis;
using Cacheme;
using Cacheme.AspNetCore;
using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps nodes to routes.</summary>
public static class CachemeEndpointRouteBuilderExtensions
{
    /// <summary>Makes a node an endpoint: its route values, query and headers become the node, by name, and its own load is the answer.</summary>
    /// <remarks>
    /// Null becomes 404, and a request that lacks a value of the node, or has one that does not parse, 400. The load knows nothing of the
    /// request, so the answers of an open endpoint are the same for everybody. Everything else is as with
    /// <see cref="CachemeEndpointConventionBuilderExtensions.CacheWith{TNode}(RouteHandlerBuilder, Action{NodeEndpointOptions})"/>.
    /// </remarks>
    /// <typeparam name="TNode">The node, registered in AddCacheme, with a load of its own.</typeparam>
    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="pattern">The route's pattern.</param>
    /// <param name="configure">Says what differs from the node's policy.</param>
    public static RouteHandlerBuilder MapNode<TNode>(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Action<NodeEndpointOptions>? configure = null)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var mapping = new NodeMapping();
        TNode.Accept<TNode>(mapping);
        var builder = endpoints.MapGet(pattern, mapping.Handler);
        ((IEndpointConventionBuilder)builder).Add(endpoint => mapping.Describe(mapping.Handler.Method, endpoint));
        NodeConvention.Add<TNode>(builder, configure, isOfGroup: false, isMapped: true);
        return builder;
    }
}
