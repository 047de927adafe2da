using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Answers an endpoint from its node. The order of steps: may it be cached, which node, look it up, answer.</summary>
#pragma warning disable CS8714 // INodeVisitor does not say that a node's type is never nullable.
internal sealed class NodeEndpointFilter<TNode, TValue>(
    INodeCache<TNode, TValue> cache, NodePlan plan, HandlerTokens tokens, HandlerResult<TValue> results, EndpointFilterDelegate next)
#pragma warning restore CS8714
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context) =>
        HttpRules.MayCache(context.HttpContext) && plan.TryCreate(context) is TNode node
            ? LookupAsync(node, context)
            : next(context);

    private async ValueTask<object?> LookupAsync(TNode node, EndpointFilterInvocationContext context)
    {
        var load = new HandlerLoad<TValue>(context, next, tokens, results);
        CacheLookup<TValue> found;
        try
        {
            // The request's own token ends its wait only; the load runs with the flight's.
            found = await cache.LookupAsync(node, load.RunAsync, context.HttpContext.RequestAborted);
        }
        finally
        {
            await load.CloseAsync();
        }

        if (found.TryGetValue(out var value) && results.TryWrap(value, out var result))
        {
            return result;
        }

        return load.HasResult ? load.Result : await next(context);
    }
}
