using Cacheme;
using Cacheme.AspNetCore.Endpoints;
using Cacheme.AspNetCore.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the middleware that answers cached endpoints early.</summary>
public static class CachemeApplicationBuilderExtensions
{
    /// <summary>Answers endpoints with CacheWith before their arguments are bound and their scoped services are made.</summary>
    /// <remarks>
    /// It goes after UseRouting, UseCors, UseAuthentication, UseAuthorization and UseRateLimiter, since what comes after it does not run
    /// on a hit. It steps aside, and the endpoint's filter answers, where the endpoint has filters of its own, which may be
    /// guards; where the authorization or CORS that the endpoint asks for has not run before it; and where the node needs an
    /// argument that is not read from a text.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <exception cref="CachemeSetupException">AddCacheme was not called.</exception>
    public static IApplicationBuilder UseCacheme(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.ApplicationServices.GetService<AuthorizationDemand>() is null
            ? throw new CachemeSetupException("UseCacheme finds no cache. Say builder.Services.AddCacheme(cacheme => ...).")
            : app.UseMiddleware<CachemeMiddleware>();
    }
}
