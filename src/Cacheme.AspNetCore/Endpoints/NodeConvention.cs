using Microsoft.AspNetCore.Builder;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Gives endpoints a node.</summary>
internal static class NodeConvention
{
    /// <summary>Caches the endpoints of a builder with a node, unless something that is said later says otherwise.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="configure">Says what differs from the node's policy.</param>
    /// <param name="isOfGroup">Whether there are many, of which those that change something are left alone.</param>
    public static void Add<TNode>(IEndpointConventionBuilder builder, Action<NodeEndpointOptions>? configure, bool isOfGroup)
        where TNode : class, INodeType
    {
        var options = new NodeEndpointOptions();
        configure?.Invoke(options);
        builder.Add(endpoint =>
        {
            var declaration = new NodeDeclaration(typeof(TNode), isOfGroup);
            endpoint.Metadata.Add(declaration);

            // As AddEndpointFilterFactory does, but with the endpoint at hand: its route, methods and name are not in the factory's context.
            endpoint.FilterFactories.Add((factory, next) =>
            {
                if (NodeDeclaration.Of(endpoint) != declaration || (isOfGroup && !HttpRules.IsOnSafe(endpoint)))
                {
                    return next;
                }

                var filter = new NodeFilterFactory(endpoint, declaration, factory.MethodInfo, options, next);
                TNode.Accept<TNode>(filter);
                return filter.Create();
            });
        });
    }
}
