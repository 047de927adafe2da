using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Where an endpoint, or a group it is in, was given a node: the node's place among the endpoint's filters.</summary>
/// <param name="endpoint">The endpoint, while it is built.</param>
/// <param name="declaration">What was said.</param>
/// <param name="options">What differs from the node's policy.</param>
/// <param name="accept">Tells the node's types.</param>
internal sealed class NodeFilterPlace(EndpointBuilder endpoint, NodeDeclaration declaration, NodeEndpointOptions options, Action<INodeVisitor> accept)
{
    /// <summary>Takes the place, with the endpoint at hand: its route, methods and name are not in the context that filters are made with.</summary>
    public static void Take(EndpointBuilder endpoint, NodeDeclaration declaration, NodeEndpointOptions options, Action<INodeVisitor> accept)
    {
        endpoint.Metadata.Add(declaration);
        endpoint.FilterFactories.Add(new NodeFilterPlace(endpoint, declaration, options, accept).Create);
    }

    private EndpointFilterDelegate Create(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        if (endpoint.Metadata.OfType<ControllerActionDescriptor>().Any())
        {
            return next; // an action has a filter of its own, within MVC's
        }

        var isMapped = NodeMapping.Made(context.MethodInfo);
        if (NodeDeclaration.Of(endpoint) != declaration || (declaration.IsOfGroup && !HttpRules.IsOnSafe(endpoint.Metadata)))
        {
            return isMapped && declaration.NodeType is { } node && NodeDeclaration.Of(endpoint)?.NodeType is null
                ? throw new Refusal(endpoint.DisplayName, node, isOfGroup: false).Because("MapNode answers from the cache. Take DisableCaching away, or map a handler that loads.")
                : next;
        }

        var filters = new SurroundingFilters(endpoint, endpoint.FilterFactories.IndexOf(Create), context, isMapped);
        var filter = new NodeFilterFactory(endpoint, declaration, context.MethodInfo, filters, options, next);
        accept(filter);
        return filter.Create();
    }
}
