using System.Reflection;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Handlers;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Makes the filter of one endpoint, when the endpoint is built, and refuses what cannot work.</summary>
/// <param name="endpoint">The endpoint, while it is built.</param>
/// <param name="declaration">What was said of it.</param>
/// <param name="handler">Its handler.</param>
/// <param name="filters">Its other filters.</param>
/// <param name="options">What differs from the node's policy.</param>
/// <param name="next">What the filter stands before.</param>
internal sealed class NodeFilterFactory(
    EndpointBuilder endpoint, NodeDeclaration declaration, MethodInfo handler, SurroundingFilters filters, NodeEndpointOptions options, EndpointFilterDelegate next)
    : INodeVisitor
{
    private EndpointFilterDelegate? _filter;

    /// <summary>The filter, after the node's type has let this visit it.</summary>
    public EndpointFilterDelegate Create() => _filter ?? next;

    public void Visit<TNode, TValue>()
        where TNode : notnull
    {
        var refusal = new Refusal(endpoint.DisplayName, typeof(TNode), declaration.IsOfGroup);
        RefuseSecondNode(refusal);
        RefuseFiltersBehind(refusal);
        var routeNames = RouteNames.Of(endpoint);
        var isMapped = NodeMapping.Made(handler);
        var parameters = isMapped ? [] : new HandlerParameterReader(endpoint.ApplicationServices, routeNames).Read(handler);
        var site = new HandlerSite(endpoint.ApplicationServices, endpoint.Metadata, routeNames, parameters)
        {
            AnswersEarly = () => !filters.StandBefore && !parameters.Any(IsIgnoredText), // a filter may be a guard, and a text that nobody reads may be none
        };
        var (metadata, plan) = site.Create<TNode, TValue>(options, refusal, () => isMapped ? DeclaredResult.OfMapped<TValue>(refusal) : DeclaredResult.Read<TValue>(handler, refusal));
        endpoint.Metadata.Add(metadata);
        if (isMapped)
        {
            RefuseNoLoad<TNode>(refusal);
            plan.Requested.ForEach(endpoint.Metadata.Add);
            endpoint.Metadata.Add(filters);
            _filter = filters.Around(next);
            return;
        }

        _filter = async context => filters.Show(context.HttpContext, await metadata.Endpoint.FilterAsync(new EndpointFilterCall(context, next)));
    }

    // A hit would pass them by, and they may be guards.
    private void RefuseFiltersBehind(Refusal refusal)
    {
        if (filters.StandBehind && !options.RunsFiltersOnLoads)
        {
            throw refusal.Because(
                "it has an endpoint filter that was added after the node, nearer to the handler, so that a hit would pass it by. "
                + $"Add the filter before CacheWith; or say {refusal.Say("RunFiltersOnLoads()", "")} if it is needed only when the handler runs.");
        }
    }

    private bool IsIgnoredText(HandlerParameter parameter) =>
        parameter is { Kind: HandlerParameterKind.Request, Parser: not null } && (options.Ignored.Contains(parameter.Name) || options.Ignored.Contains(parameter.ArgumentName));

    private static void RefuseNoLoad<TNode>(Refusal refusal)
    {
        if (typeof(TNode).GetMethod(nameof(INode<>.LoadAsync), [typeof(LoadContext)])?.DeclaringType is { IsGenericType: true } declaring && declaring.GetGenericTypeDefinition() == typeof(Node<>))
        {
            throw refusal.Because("it is mapped to the node, and the node has no load. Override LoadAsync, or map a handler and say .CacheWith.");
        }
    }

    private void RefuseSecondNode(Refusal refusal)
    {
        if (declaration.Rival(endpoint) is { NodeType: { } other })
        {
            throw refusal.Because($"it is cached with {other.Name} already. Keep one of the two.");
        }
    }
}
