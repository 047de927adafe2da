using Cacheme.AspNetCore.Controllers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Controllers;

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
        builder.Add(endpoint => NodeFilterPlace.Take(endpoint, new NodeDeclaration(typeof(TNode), isOfGroup), options, TNode.Accept<TNode>));
    }

    /// <summary>Caches the GET and HEAD actions of controllers with a node, unless their attributes, or something that is said later, say otherwise.</summary>
    /// <param name="builder">The actions.</param>
    /// <param name="configure">Says what differs from the node's policy.</param>
    public static void AddToActions<TNode>(ControllerActionEndpointConventionBuilder builder, Action<NodeEndpointOptions>? configure)
        where TNode : class, INodeType
    {
        var options = new NodeEndpointOptions();
        configure?.Invoke(options);
        var declaration = new NodeDeclaration(typeof(TNode), isOfGroup: true);
        builder.Add(endpoint =>
        {
            if (!DeclaredNode.Says(endpoint.Metadata))
            {
                endpoint.Metadata.Add(declaration);
            }
        });
        builder.Finally(endpoint =>
        {
            if (NodeDeclaration.Of(endpoint) == declaration && HttpRules.IsOnSafe(endpoint.Metadata)
                && endpoint.Metadata.OfType<ControllerActionDescriptor>().LastOrDefault() is { } action)
            {
                var factory = new NodeActionFactory(action, endpoint.Metadata, RouteNames.Of(endpoint), options, isOfGroup: true, endpoint.ApplicationServices);
                TNode.Accept<TNode>(factory);
                endpoint.Metadata.Add(factory.Create());
                NodeActionFilter.AddTo(action);
            }
        });
    }
}
