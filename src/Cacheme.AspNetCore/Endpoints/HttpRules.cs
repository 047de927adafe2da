using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>What HTTP allows to be cached for everyone.</summary>
internal static class HttpRules
{
    /// <summary>Whether the request may be answered from the cache: a safe method, nobody in particular, and nothing wrong so far.</summary>
    public static bool MayCache(HttpContext http) =>
        IsSafe(http.Request.Method)
        && http.Response.StatusCode < StatusCodes.Status400BadRequest // filters run after a failed binding too, with default arguments
        && StringValues.IsNullOrEmpty(http.Request.Headers.Authorization)
        && !IsAuthenticated(http)
        && !AsksForAuthorization(http.GetEndpoint()?.Metadata);

    /// <summary>Whether the response says nothing that belongs to its own request only.</summary>
    public static bool MayStore(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: StatusCodes.Status200OK }
        && StringValues.IsNullOrEmpty(response.Headers.SetCookie)
        && response.GetTypedHeaders().CacheControl is not ({ NoStore: true } or { Private: true });

    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Whether the endpoint is for some callers only.</summary>
    public static bool AsksForAuthorization(EndpointMetadataCollection? metadata) =>
        metadata is not null
        && metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null);

    private static bool IsAuthenticated(HttpContext http)
    {
        foreach (var identity in http.User.Identities)
        {
            if (identity.IsAuthenticated)
            {
                return true;
            }
        }

        return false;
    }
}
