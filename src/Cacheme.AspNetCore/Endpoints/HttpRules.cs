using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Which requests of an endpoint may be answered from the cache.</summary>
/// <param name="options">What the endpoint says.</param>
/// <param name="demand">Tells which endpoints are for some callers only.</param>
/// <param name="isMapped">Whether the node's own load answers: it does not see who asks.</param>
internal sealed class HttpRules(NodeEndpointOptions options, AuthorizationDemand demand, bool isMapped)
{
    /// <summary>Whether the endpoint says whose its entries are.</summary>
    public bool SaysWhose { get; } = options.IsShared || options.Varies;

    /// <summary>Why a request is not answered from the cache; null where it may be.</summary>
    public Bypass? WhyNot(HttpContext http) =>
        !IsSafe(http.Request.Method) ? Bypass.Method
        : http.Response.StatusCode >= StatusCodes.Status400BadRequest ? Bypass.BadRequest
        : AsksForNoStore(http.Request) ? Bypass.NoStore
        : !SaysWhose && ((!isMapped && IsSomebodys(http)) || demand.IsOn(http.GetEndpoint()?.Metadata)) ? Bypass.Authorization
        : null;

    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Whether an endpoint with this metadata answers GET or HEAD, or whatever is asked.</summary>
    public static bool IsOnSafe(IEnumerable<object> metadata) => MethodsOf(metadata) is not { Count: > 0 } methods || methods.Any(IsSafe);

    public static IReadOnlyList<string> MethodsOf(IEnumerable<object> metadata) =>
        metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];

    private static bool AsksForNoStore(HttpRequest request) =>
        request.Headers.CacheControl is { Count: > 0 } && request.GetTypedHeaders().CacheControl is { NoStore: true };

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
