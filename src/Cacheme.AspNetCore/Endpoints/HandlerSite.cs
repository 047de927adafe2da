using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Handlers;
using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Results;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Where a handler stands that is given a node, whatever framework runs it.</summary>
/// <param name="services">The application's services.</param>
/// <param name="metadata">What is said of the endpoint.</param>
/// <param name="routeNames">The values that its route has.</param>
/// <param name="parameters">The handler's parameters.</param>
internal sealed class HandlerSite(IServiceProvider services, IEnumerable<object> metadata, IReadOnlySet<string> routeNames, IReadOnlyList<HandlerParameter> parameters)
{
    /// <summary>Whether it is a controller's.</summary>
    public bool IsAction { get; init; }

    /// <summary>The controller's properties that the request gives.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>Whether nothing but the arguments' binding stands before the handler.</summary>
    public required Func<bool> AnswersEarly { get; init; }

    /// <summary>Makes the endpoint, and refuses what cannot work.</summary>
    public (NodeEndpointMetadata Metadata, NodePlan Plan) Create<TNode, TValue>(NodeEndpointOptions options, Refusal refusal, Func<HandlerResult<TValue>> readResult)
        where TNode : notnull
    {
        RefuseUnsafeMethods(refusal);
        RefuseContradictions(options, refusal);
        var cache = services.GetService<INodeCache<TNode, TValue>>() ?? throw refusal.Because(
            $"the node is not registered. Say AddCacheme(cacheme => cacheme.AddNode<{typeof(TNode).Name}>()).");
        var results = readResult();
        var plan = new NodePlanner(parameters, Properties, IsAction, routeNames, options, refusal).Plan(typeof(TNode));
        var node = new NodeEndpoint<TNode, TValue>(
            cache,
            plan,
            new HandlerTokens(parameters, refusal),
            results,
            options,
            services.GetRequiredService<BodyLimit>(),
            new HttpRules(options, services.GetRequiredService<AuthorizationDemand>()),
            services.GetRequiredService<TimeProvider>(),
            AnswersEarly);
        return (new NodeEndpointMetadata(typeof(TNode), typeof(TValue), plan.Parameters, node), plan);
    }

    private void RefuseUnsafeMethods(Refusal refusal)
    {
        if (!HttpRules.IsOnSafe(metadata))
        {
            throw refusal.Because($"it answers {string.Join(", ", HttpRules.MethodsOf(metadata))}, and only GET and HEAD are cached. Take CacheWith away.");
        }
    }

    private static void RefuseContradictions(NodeEndpointOptions options, Refusal refusal)
    {
        if (options is { IsShared: true, Varies: true })
        {
            throw refusal.Because("its options say Shared() and that its entries vary by who asks. Keep one of the two.");
        }

        if (!options.ClientCaching.IsPublic)
        {
            return;
        }

        if (options.Varies)
        {
            throw refusal.Because("its options say PublicMaxAge() and that its entries vary by who asks: a CDN would give one caller's answer to another. Say MaxAge().");
        }

        if (!options.IsForAll)
        {
            throw refusal.Because("its options say PublicMaxAge(), and not that everybody gets the same: a CDN would give a stranger's answer to those whom the application knows. Say Shared() too, or MaxAge().");
        }

        if (options.Given.FirstOrDefault(static given => given.Header is null) is { } unnamed)
        {
            throw refusal.Because(
                $"its options say PublicMaxAge(), and a CDN cannot know what '{unnamed.Parameter}' is mapped from. Name the header, as in Map(\"{unnamed.Parameter}\", http => ..., header: \"Accept-Language\"), or \"\" where it is the URL.");
        }
    }
}
