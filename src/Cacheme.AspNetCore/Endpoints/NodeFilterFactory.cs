using System.Reflection;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Handlers;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Makes the filter of one endpoint, when the endpoint is built, and refuses what cannot work.</summary>
internal sealed class NodeFilterFactory(
    EndpointBuilder endpoint, NodeDeclaration declaration, MethodInfo handler, NodeEndpointOptions options, EndpointFilterDelegate next)
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
        var routeNames = RouteNames.Of(endpoint);
        var isMapped = NodeMapping.Made(handler);
        var parameters = isMapped ? [] : new HandlerParameterReader(endpoint.ApplicationServices, routeNames).Read(handler);
        var isAlone = endpoint.FilterFactories.Count == 1; // any other may be a guard
        var site = new HandlerSite(endpoint.ApplicationServices, endpoint.Metadata, routeNames, parameters)
        {
            IsMapped = isMapped,
            AnswersEarly = () => isAlone,
        };
        var (metadata, plan) = site.Create<TNode, TValue>(options, refusal, () => DeclaredResult.Read<TValue>(handler, refusal));
        if (isMapped)
        {
            plan.Requested.ForEach(endpoint.Metadata.Add);
        }

        endpoint.Metadata.Add(metadata);
        _filter = context => metadata.Endpoint.FilterAsync(new EndpointFilterCall(context, next));
    }

    private void RefuseSecondNode(Refusal refusal)
    {
        if (declaration.Rival(endpoint) is { NodeType: { } other })
        {
            throw refusal.Because($"it is cached with {other.Name} already. Keep one of the two.");
        }
    }
}
