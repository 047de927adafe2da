using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>Tells which endpoints are for some callers only, and whether callers are known at all. Thread-safe.</summary>
internal sealed class AuthorizationDemand(IServiceProvider services)
{
    // What holds for endpoints that say nothing. Read once: it is set when the application starts.
    private readonly Lazy<bool> _hasFallback = new(() =>
        services.GetService<IAuthorizationPolicyProvider>()?.GetFallbackPolicyAsync().GetAwaiter().GetResult() is not null);

    private readonly Lazy<bool> _hasAuthentication = new(() =>
        services.GetService<IAuthenticationSchemeProvider>()?.GetDefaultAuthenticateSchemeAsync().GetAwaiter().GetResult() is not null);

    /// <summary>Whether requests are authenticated before anybody asks for it.</summary>
    public bool HasAuthentication => _hasAuthentication.Value;

    /// <summary>Whether an endpoint with this metadata asks for authorization.</summary>
    public bool IsOn(EndpointMetadataCollection? metadata) =>
        metadata is not null
        && metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null
            || _hasFallback.Value);
}
