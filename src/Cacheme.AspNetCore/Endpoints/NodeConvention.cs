using Cacheme.AspNetCore.Controllers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Gives endpoints a node.</summary>
internal static class NodeConvention
{
    /// <summary>Caches the endpoints of a builder with a node, unless something that is said later says otherwise.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="configure">Says what differs from the node's policy.</param>
    /// <param name="isOfGroup">Whether there are many, of which those that change something are left alone.</param>
    /// <param name="isMapped">Whether the node's own load is the handler.</param>
    public static void Add<TNode>(IEndpointConventionBuilder builder, Action<NodeEndpointOptions>? configure, bool isOfGroup, bool isMapped = false)
        where TNode : class, INodeType
    {
        var options = new NodeEndpointOptions { IsMapped = isMapped };
        configure?.Invoke(options);
        var declaration = new NodeDeclaration(typeof(TNode), isOfGroup);
        builder.Add(endpoint => NodeFilterPlace.Take(endpoint, declaration, options, TNode.Accept<TNode>));
        if (isOfGroup)
        {
            builder.Finally(endpoint => GiveToAction<TNode>(endpoint, declaration, options));
        }
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
        builder.Add(endpoint => endpoint.Metadata.Add(declaration));
        builder.Finally(endpoint => GiveToAction<TNode>(endpoint, declaration, options));
    }

    /// <summary>Leaves endpoints uncached, whatever was said of them before.</summary>
    /// <param name="builder">The endpoints.</param>
    public static void Disable(IEndpointConventionBuilder builder)
    {
        var declaration = new NodeDeclaration(null, isOfGroup: false);
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(declaration);
            LeaveAlone(endpoint);
        });
        if (builder is RouteGroupBuilder)
        {
            // A group hears of its controllers' attributes at the end only.
            builder.Finally(endpoint =>
            {
                if (NodeDeclaration.Last(endpoint) == declaration)
                {
                    LeaveAlone(endpoint);
                }
            });
        }
    }

    private static void GiveToAction<TNode>(EndpointBuilder endpoint, NodeDeclaration declaration, NodeEndpointOptions options)
        where TNode : class, INodeType
    {
        if (NodeDeclaration.Last(endpoint) == declaration && !DeclaredNode.Says(endpoint.Metadata) && HttpRules.IsOnSafe(endpoint.Metadata)
            && endpoint.Metadata.OfType<ControllerActionDescriptor>().LastOrDefault() is { } action)
        {
            var factory = new NodeActionFactory(action, endpoint.Metadata, RouteNames.Of(endpoint), options, isOfGroup: true, endpoint.ApplicationServices);
            TNode.Accept<TNode>(factory);
            endpoint.Metadata.Add(factory.Create());
            NodeActionFilter.AddTo(action);
        }
    }

    private static void LeaveAlone(EndpointBuilder endpoint)
    {
        foreach (var node in endpoint.Metadata.OfType<NodeEndpointMetadata>().ToList())
        {
            endpoint.Metadata.Remove(node);
        }
    }
}
