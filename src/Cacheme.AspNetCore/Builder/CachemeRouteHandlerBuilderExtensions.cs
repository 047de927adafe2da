using Cacheme;
using Cacheme.AspNetCore;
using Cacheme.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Caches what an endpoint's handler returns.</summary>
public static class CachemeRouteHandlerBuilderExtensions
{
    /// <summary>Caches the handler's answers under a node. The handler's arguments, route values, query and headers become the node, by name; the handler is the load.</summary>
    /// <remarks>
    /// Only GET and HEAD are cached, and only the node's value itself (as it is, or in <c>Ok</c>): never another status, a
    /// response that sets a cookie, a request with an Authorization header or an authenticated user, or an endpoint that
    /// asks for authorization. An endpoint that cannot work refuses the start with a <see cref="CachemeSetupException"/>.
    /// The load runs on the request of the caller who came first; when that caller leaves, it runs on for those who joined.
    /// </remarks>
    /// <typeparam name="TNode">The node, registered in AddCacheme.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="configure">Says what differs, such as parameters that do not change the answer.</param>
    public static RouteHandlerBuilder CacheWith<TNode>(this RouteHandlerBuilder builder, Action<NodeEndpointOptions>? configure = null)
        where TNode : class, INodeType
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new NodeEndpointOptions();
        configure?.Invoke(options);

        // As AddEndpointFilterFactory does, but with the endpoint at hand: its route, methods and name are not in the factory's context.
        builder.Add(endpoint => endpoint.FilterFactories.Add((factory, next) =>
        {
            var filter = new NodeFilterFactory(endpoint, factory.MethodInfo, options, next);
            TNode.Accept<TNode>(filter);
            return filter.Create();
        }));
        return builder;
    }
}
