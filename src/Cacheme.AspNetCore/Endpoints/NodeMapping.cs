using System.Reflection;
using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Makes the handler of a route that is mapped to a node: it asks the cache, so that every filter of the endpoint stands before it.</summary>
internal sealed class NodeMapping : INodeVisitor
{
    /// <summary>The handler, after the node's type has let this visit it.</summary>
    public Delegate Handler { get; private set; } = static () => TypedResults.NotFound();

    /// <summary>Describes what it answers.</summary>
    public Action<MethodInfo, EndpointBuilder> Describe { get; private set; } = static (_, _) => { };

    public void Visit<TNode, TValue>()
        where TNode : notnull
    {
        Handler = AskAsync<TNode, TValue>;
        Describe = DescribeBy<Results<Ok<TValue>, NotFound, BadRequest>>;
    }

    /// <summary>Whether a handler is one of these: what it is asked for is the node, and nothing else of the request.</summary>
    public static bool Made(MethodInfo handler) => handler.DeclaringType == typeof(NodeMapping);

    private static async Task<IResult> AskAsync<TNode, TValue>(HttpContext http)
        where TNode : notnull
    {
        if (http.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<NodeEndpointMetadata>()?.Endpoint is not NodeEndpoint<TNode, TValue> endpoint)
        {
            throw new InvalidOperationException("The handler of a mapped node was called without its endpoint. Let routing call it.");
        }

        var result = await endpoint.FilterAsync(new MappedNodeCall<TNode, TValue>(http, endpoint));
        return metadata.GetMetadata<SurroundingFilters>()?.Show(http, result) as IResult ?? TypedResults.NotFound();
    }

    private static void DescribeBy<TResult>(MethodInfo handler, EndpointBuilder endpoint)
        where TResult : IEndpointMetadataProvider => TResult.PopulateMetadata(handler, endpoint);
}
