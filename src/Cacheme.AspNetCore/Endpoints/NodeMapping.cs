using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Makes the handler of a route that is mapped to a node: it runs the node's own load.</summary>
internal sealed class NodeMapping : INodeVisitor
{
    /// <summary>The handler, after the node's type has let this visit it.</summary>
    public Delegate Handler { get; private set; } = static () => TypedResults.NotFound();

    public void Visit<TNode, TValue>()
        where TNode : notnull => Handler = LoadAsync<TNode, TValue>;

    /// <summary>Whether a handler is one of these: what it is asked for is the node, and nothing else of the request.</summary>
    public static bool Made(System.Reflection.MethodInfo handler) => handler.DeclaringType == typeof(NodeMapping);

    // The endpoint has made the node already where it could be looked up; here it is made again, since a load is slow in any case.
    private static async Task<Results<Ok<TValue>, NotFound, BadRequest>> LoadAsync<TNode, TValue>(HttpContext http)
        where TNode : notnull
    {
        var endpoint = http.GetEndpoint()?.Metadata.GetMetadata<NodeEndpointMetadata>()?.Endpoint as NodeEndpoint<TNode, TValue>;
        if (endpoint is null || !endpoint.TryCreate(http, out var node))
        {
            return TypedResults.BadRequest();
        }

        await using var context = new LoadContext(http.RequestServices.GetRequiredService<IServiceScopeFactory>(), http.RequestAborted);
        return await ((INode<TValue>)node).LoadAsync(context) is { } value ? TypedResults.Ok(value) : TypedResults.NotFound();
    }
}
