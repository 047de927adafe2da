using Cacheme;
using Cacheme.AspNetCore;
using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Caches what an endpoint's handler returns.</summary>
public static class CachemeEndpointConventionBuilderExtensions
{
    /// <summary>Caches the handler's answers under a node. The handler's arguments, route values, query and headers become the node, by name; the handler is the load.</summary>
    /// <remarks>
    /// Only GET and HEAD are cached, and only the node's value itself (as it is, or in <c>Ok</c>): never another status, or a
    /// response to which the handler adds headers. An endpoint that asks for authorization must say whose its entries are; elsewhere
    /// a request with an Authorization header or an authenticated user is not cached unless the options say so. An endpoint that
    /// cannot work refuses the start with a <see cref="CachemeSetupException"/>. The load runs on the request of the caller who
    /// came first; when that caller leaves, it runs on for those who joined.
    /// </remarks>
    /// <typeparam name="TNode">The node, registered in AddCacheme.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configure">Says what differs, such as parameters that do not change the answer.</param>
    public static RouteHandlerBuilder CacheWith<TNode>(this RouteHandlerBuilder builder, Action<NodeEndpointOptions>? configure = null)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(builder);
        NodeConvention.Add<TNode>(builder, configure, isOfGroup: false);
        return builder;
    }

    /// <summary>Caches the answers of a group's GET and HEAD endpoints under a node. Its other endpoints are left alone.</summary>
    /// <remarks>An endpoint of the group may have a node of its own, or <see cref="DisableCaching{TBuilder}"/>. One that the node does not fit refuses the start.</remarks>
    /// <inheritdoc cref="CacheWith{TNode}(RouteHandlerBuilder, Action{NodeEndpointOptions})"/>
    /// <typeparam name="TNode">The node, registered in AddCacheme.</typeparam>
    /// <param name="builder">The group.</param>
    /// <param name="configure">Says what differs, such as parameters that do not change the answer.</param>
    public static RouteGroupBuilder CacheWith<TNode>(this RouteGroupBuilder builder, Action<NodeEndpointOptions>? configure = null)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(builder);
        NodeConvention.Add<TNode>(builder, configure, isOfGroup: true);
        return builder;
    }

    /// <summary>Caches the answers of controllers' GET and HEAD actions under a node. Their other actions are left alone.</summary>
    /// <remarks>
    /// An action or its controller may have a node of its own, with <see cref="CacheWithAttribute{TNode}"/>, or
    /// <see cref="DisableCachingAttribute"/>. One that the node does not fit refuses the start. MVC's filters run before the
    /// cache is asked; endpoint filters would not, and refuse the start.
    /// </remarks>
    /// <inheritdoc cref="CacheWith{TNode}(RouteHandlerBuilder, Action{NodeEndpointOptions})"/>
    /// <typeparam name="TNode">The node, registered in AddCacheme.</typeparam>
    /// <param name="builder">The controllers.</param>
    /// <param name="configure">Says what differs, such as parameters that do not change the answer.</param>
    public static ControllerActionEndpointConventionBuilder CacheWith<TNode>(
        this ControllerActionEndpointConventionBuilder builder, Action<NodeEndpointOptions>? configure = null)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(builder);
        NodeConvention.AddToActions<TNode>(builder, configure);
        return builder;
    }

    /// <summary>Takes endpoints out of the caching that is said of their group, or of themselves, before. Attributes do not stand against it.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The endpoints.</param>
    public static TBuilder DisableCaching<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        NodeConvention.Disable(builder);
        return builder;
    }
}
