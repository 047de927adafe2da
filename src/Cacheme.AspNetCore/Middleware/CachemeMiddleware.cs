using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Middleware;

/// <summary>Answers endpoints that a node caches before their arguments are bound and scoped services are made.</summary>
internal sealed class CachemeMiddleware(RequestDelegate next, AuthorizationDemand demand)
{
    // The marks by which routing knows that these have run for the endpoint; it refuses to run one that they have passed by.
    private const string AuthorizationHasRun = "__AuthorizationMiddlewareWithEndpointInvoked";
    private const string CorsHasRun = "__CorsMiddlewareWithEndpointInvoked";

    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<NodeEndpointMetadata>()?.Endpoint is { AnswersEarly: true } endpoint
        && GuardsHaveRun(http, metadata)
            ? endpoint.AnswerAsync(http, next)
            : next(http);

    private bool GuardsHaveRun(HttpContext http, EndpointMetadataCollection metadata) =>
        (!demand.IsOn(metadata) || http.Items.ContainsKey(AuthorizationHasRun))
        && (metadata.GetMetadata<ICorsMetadata>() is null || http.Items.ContainsKey(CorsHasRun));
}
