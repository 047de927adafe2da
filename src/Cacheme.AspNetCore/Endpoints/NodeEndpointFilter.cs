using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Answers an endpoint from its node. The order of steps: may it be cached, which node, look it up, answer.</summary>
internal sealed class NodeEndpointFilter<TNode, TValue>(
    INodeCache<TNode, TValue> cache, NodePlan plan, HandlerTokens tokens, HandlerResult<TValue> results, EndpointFilterDelegate next)
    where TNode : notnull
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context) =>
        HttpRules.MayCache(context.HttpContext) && plan.TryCreate(context) is TNode node
            ? LookupAsync(node, context)
            : next(context);

    private async ValueTask<object?> LookupAsync(TNode node, EndpointFilterInvocationContext context)
    {
        var load = new HandlerLoad<TValue>(context, next, tokens, results);
        CacheAnswer<TValue> found;
        try
        {
            found = await BeginLookup(node, load, context.HttpContext);
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

    private ValueTask<CacheAnswer<TValue>> BeginLookup(TNode node, HandlerLoad<TValue> load, HttpContext http)
    {
        try
        {
            // The request's own token ends its wait only; the load runs with the flight's.
            return cache.AnswerAsync(node, load.RunAsync, http.RequestAborted);
        }
        catch (ArgumentException error) when (error.ParamName == "key")
        {
            // Refused before anything began: a key of what a caller typed, too long or not even text, is no fault of the page.
            return new(default(CacheAnswer<TValue>));
        }
    }
}
