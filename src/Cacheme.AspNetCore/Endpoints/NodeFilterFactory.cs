using System.Reflection;
using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Handlers;
using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

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
        var refusal = new Refusal(endpoint, typeof(TNode), declaration.IsOfGroup);
        RefuseSecondNode(refusal);
        RefuseUnsafeMethods(refusal);
        RefuseContradictions(refusal);
        var services = endpoint.ApplicationServices;
        var cache = services.GetService<INodeCache<TNode, TValue>>() ?? throw refusal.Because(
            $"the node is not registered. Say AddCacheme(cacheme => cacheme.AddNode<{typeof(TNode).Name}>()).");
        var results = DeclaredResult.Read<TValue>(handler, refusal);
        var routeNames = RouteNames();
        var isMapped = NodeMapping.Made(handler);
        var parameters = isMapped ? [] : new HandlerParameterReader(services, routeNames).Read(handler);
        var plan = new NodePlanner(parameters, routeNames, options, refusal).Plan(typeof(TNode));
        var node = new NodeEndpoint<TNode, TValue>(
            cache,
            plan,
            new HandlerTokens(parameters, refusal),
            results,
            options,
            services.GetRequiredService<BodyLimit>(),
            new HttpRules(options, services.GetRequiredService<AuthorizationDemand>(), isMapped),
            services.GetRequiredService<TimeProvider>(),
            // Any other filter may be a guard.
            answersEarly: endpoint.FilterFactories.Count == 1);
        if (isMapped)
        {
            plan.Requested.ForEach(endpoint.Metadata.Add);
        }

        endpoint.Metadata.Add(new NodeEndpointMetadata(typeof(TNode), typeof(TValue), plan.Parameters, node));
        _filter = context => node.FilterAsync(new EndpointFilterCall(context, next));
    }

    private HashSet<string> RouteNames() =>
        (endpoint as RouteEndpointBuilder)?.RoutePattern.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];

    private void RefuseSecondNode(Refusal refusal)
    {
        if (declaration.Rival(endpoint) is { NodeType: { } other })
        {
            throw refusal.Because($"it is cached with {other.Name} already. Keep one of the two.");
        }
    }

    private void RefuseUnsafeMethods(Refusal refusal)
    {
        if (!HttpRules.IsOnSafe(endpoint))
        {
            throw refusal.Because($"it answers {string.Join(", ", HttpRules.MethodsOf(endpoint))}, and only GET and HEAD are cached. Take CacheWith away.");
        }
    }

    private void RefuseContradictions(Refusal refusal)
    {
        if (options is { IsShared: true, Varies: true })
        {
            throw refusal.Because("its options say Shared() and that its entries vary by who asks. Keep one of the two.");
        }

        if (options is { Varies: true, ClientCaching.IsPublic: true })
        {
            throw refusal.Because("its options say PublicMaxAge() and that its entries vary by who asks: a CDN would give one caller's answer to another. Say MaxAge().");
        }
    }
}
