using Cacheme.AspNetCore.Binding;
using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>The handler of a mapped node: the node's own load.</summary>
internal sealed class MappedNodeCall<TNode, TValue>(HttpContext http, NodeEndpoint<TNode, TValue> endpoint) : HandlerCall(http)
    where TNode : notnull
{
    public override object? Argument(HandlerParameter parameter) => throw new NotSupportedException("A mapped node has no arguments.");

    public override void SetArgument(HandlerParameter parameter, object? argument) => throw new NotSupportedException("A mapped node has no arguments.");

    // The endpoint has made the node already where it could be looked up; here it is made again, since a load is slow in any case.
    public override async ValueTask<object?> RunAsync()
    {
        if (!endpoint.TryCreate(Http, out var node))
        {
            return TypedResults.BadRequest();
        }

        await using var context = new LoadContext(Http.RequestServices.GetRequiredService<IServiceScopeFactory>(), Http.RequestAborted);
        return await ((INode<TValue>)node).LoadAsync(context) is { } value ? TypedResults.Ok(value) : TypedResults.NotFound();
    }
}
