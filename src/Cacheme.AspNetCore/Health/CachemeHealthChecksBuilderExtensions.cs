using Cacheme;
using Cacheme.AspNetCore.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of the cache.</summary>
public static class CachemeHealthChecksBuilderExtensions
{
    /// <summary>Adds a health check that names the storages that do not answer.</summary>
    /// <remarks>
    /// It asks every remote storage, each for its timeout at most, so it finds out about one that nobody uses too; one whose
    /// circuit breaker is open is down until the probe in the background has succeeded. It is degraded unless said otherwise, not
    /// unhealthy: an application whose cache is down answers all the same, and must not be taken out of service for it.
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What it says when a storage is down; degraded unless said.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <param name="timeout">When it is given up; never unless said, since each storage has a timeout of its own.</param>
    public static IHealthChecksBuilder AddCacheme(
        this IHealthChecksBuilder builder,
        string name = "cacheme",
        HealthStatus failureStatus = HealthStatus.Degraded,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            static services => new CachemeHealthCheck(services.GetService<ICacheme>() ?? throw new CachemeSetupException(
                "The health check of the cache finds no cache. Say builder.Services.AddCacheme(cacheme => ...).")),
            failureStatus,
            tags,
            timeout));
    }
}
