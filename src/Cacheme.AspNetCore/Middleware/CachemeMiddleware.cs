using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Middleware;

/// <summary>Answers endpoints that a node caches before their arguments are bound and scoped services are made.</summary>
internal sealed class CachemeMiddleware(RequestDelegate next)
{
    // The marks by which routing knows that these have run for the endpoint; it refuses to run one that they have passed by.
    private const string AuthorizationHasRun = "__AuthorizationMiddlewareWithEndpointInvoked";
    private const string CorsHasRun = "__CorsMiddlewareWithEndpointInvoked";

    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<NodeEndpointMetadata>()?.Endpoint is { AnswersEarly: true } node
        && HaveRun(node.GuardsOf(endpoint), http)
            ? node.AnswerAsync(http, next)
            : next(http);

    private static bool HaveRun(EndpointGuards guards, HttpContext http) =>
        !guards.IsWrapped
        && (guards.AskForAuthorization ? http.Items.ContainsKey(AuthorizationHasRun) : !guards.AskForAuthentication || http.Features.Get<IAuthenticationFeature>() is not null)
        && (!guards.AskForCors || http.Items.ContainsKey(CorsHasRun));
}
