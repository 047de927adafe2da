using System.Reflection;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Makes the filter of one endpoint, when the endpoint is built, and refuses what cannot work.</summary>
internal sealed class NodeFilterFactory(EndpointBuilder endpoint, MethodInfo handler, NodeEndpointOptions options, EndpointFilterDelegate next)
    : INodeVisitor
{
    private EndpointFilterDelegate? _filter;

    /// <summary>The filter, after the node's type has let this visit it.</summary>
    public EndpointFilterDelegate Create() => _filter ?? next;

    public void Visit<TNode, TValue>()
        where TNode : notnull
    {
        var refusal = new Refusal(endpoint, typeof(TNode));
        RefuseSecondNode(refusal);
        RefuseUnsafeMethods(refusal);
        var cache = endpoint.ApplicationServices.GetService<INodeCache<TNode, TValue>>() ?? throw refusal.Because(
            $"the node is not registered. Say AddCacheme(cacheme => cacheme.AddNode<{typeof(TNode).Name}>()).");
        var results = DeclaredResult.Read<TValue>(handler, refusal);
        var parameters = new HandlerParameterReader(endpoint.ApplicationServices).Read(handler);
        var plan = new NodePlanner(parameters, RouteNames(), options.Ignored, refusal).Plan(typeof(TNode));
        var tokens = new HandlerTokens(parameters, refusal);
        endpoint.Metadata.Add(new NodeEndpointMetadata(typeof(TNode), typeof(TValue), plan.Parameters));
        _filter = new NodeEndpointFilter<TNode, TValue>(cache, plan, tokens, results, next).InvokeAsync;
    }

    private HashSet<string> RouteNames() =>
        (endpoint as RouteEndpointBuilder)?.RoutePattern.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];

    private void RefuseSecondNode(Refusal refusal)
    {
        if (endpoint.Metadata.OfType<NodeEndpointMetadata>().FirstOrDefault() is { } other)
        {
            throw refusal.Because($"it is cached with {other.NodeType.Name} already. Keep one of the two.");
        }
    }

    private void RefuseUnsafeMethods(Refusal refusal)
    {
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { HttpMethods.Count: > 0 } methods && !methods.HttpMethods.Any(HttpRules.IsSafe))
        {
            throw refusal.Because($"it answers {string.Join(", ", methods.HttpMethods)}, and only GET and HEAD are cached. Take CacheWith away.");
        }
    }
}
