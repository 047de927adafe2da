using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Which requests of an endpoint may be answered from the cache.</summary>
/// <param name="options">What the endpoint says.</param>
/// <param name="demand">Tells which endpoints are for some callers only.</param>
internal sealed class HttpRules(NodeEndpointOptions options, AuthorizationDemand demand)
{
    private EndpointGuards? _guards;

    /// <summary>Whether the endpoint says whose its entries are.</summary>
    public bool SaysWhose { get; } = options.IsShared || options.Varies;

    /// <summary>Why a request is not answered from the cache; null where it may be.</summary>
    public Bypass? WhyNot(HttpContext http) =>
        !IsSafe(http.Request.Method) ? Bypass.Method
        : http.Response.StatusCode >= StatusCodes.Status400BadRequest ? Bypass.BadRequest
        : IsNoStore(http.Request.Headers.CacheControl) ? Bypass.NoStore
        : IsNoStore(http.Response.Headers.CacheControl) ? Bypass.NoStoreSaid
        : !SaysWhose && ((!options.IsMapped && IsSomebodys(http)) || (http.GetEndpoint() is { } endpoint && GuardsOf(endpoint).AskForAuthorization)) ? Bypass.Authorization
        : null;

    /// <summary>What the endpoint asks to run before it.</summary>
    public EndpointGuards GuardsOf(Endpoint endpoint)
    {
        // The last one is that of every request, but where the framework has built the endpoint anew.
        var guards = Volatile.Read(ref _guards);
        if (guards?.Endpoint != endpoint)
        {
            guards = new EndpointGuards(endpoint, demand);
            Volatile.Write(ref _guards, guards);
        }

        return guards;
    }

    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Whether an endpoint with this metadata answers GET or HEAD, or whatever is asked.</summary>
    public static bool IsOnSafe(IEnumerable<object> metadata) => SafeMethodsOf(metadata).Any();

    /// <summary>Which of GET and HEAD an endpoint with this metadata answers.</summary>
    public static IEnumerable<string> SafeMethodsOf(IEnumerable<object> metadata) =>
        MethodsOf(metadata) is { Count: > 0 } methods ? methods.Where(IsSafe) : [HttpMethods.Get, HttpMethods.Head];

    public static IReadOnlyList<string> MethodsOf(IEnumerable<object> metadata) =>
        metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];

    // Wherever it stands, whatever else is wrong with the header.
    private static bool IsNoStore(StringValues cacheControl)
    {
        for (var i = 0; i < cacheControl.Count; i++)
        {
            if (cacheControl[i]?.Contains(CacheControlHeaderValue.NoStoreString, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSomebodys(HttpContext http)
    {
        if (!StringValues.IsNullOrEmpty(http.Request.Headers.Authorization))
        {
            return true;
        }

        // Asking for the user makes one, where nobody has been authenticated.
        return http.Features.Get<IHttpAuthenticationFeature>()?.User is { } user && user.Identities.Any(static identity => identity.IsAuthenticated);
    }
}
