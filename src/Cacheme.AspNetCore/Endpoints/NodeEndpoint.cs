using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>An endpoint that a node caches, whatever the node's types are. Stands in the endpoint's metadata.</summary>
internal abstract class NodeEndpoint
{
    /// <summary>Whether it can be answered before its arguments are bound, and no filter that may be a guard is passed by.</summary>
    public abstract bool AnswersEarly { get; }

    /// <summary>Whether it says whose its entries are, where it is for some callers only.</summary>
    public abstract bool SaysWhose { get; }

    /// <summary>Whether it lets CDNs serve its answers.</summary>
    public abstract bool IsPublic { get; }

    /// <summary>What the endpoint asks to run before it.</summary>
    public abstract EndpointGuards GuardsOf(Endpoint endpoint);

    /// <summary>Answers a request from the cache, or by the rest of its pipeline.</summary>
    public abstract Task AnswerAsync(HttpContext http, RequestDelegate next);

    /// <summary>Answers a request whose arguments are bound: the handler is the load.</summary>
    /// <returns>What the framework is to write.</returns>
    public abstract ValueTask<object?> FilterAsync(HandlerCall call);
}
