using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cacheme.AspNetCore.Health;

/// <summary>Says which remote storages answer. A cache without one of them goes on, at the price of loads.</summary>
internal sealed class CachemeHealthCheck(ICacheme cacheme) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var storages = await cacheme.CheckStoragesAsync(cancellationToken);
        var data = storages.ToDictionary(static storage => storage.Storage, static object (storage) => storage.IsReachable ? "up" : "down", StringComparer.Ordinal);
        var down = storages.Where(static storage => !storage.IsReachable).Select(static storage => $"'{storage.Storage}'").ToList();
        return down.Count == 0
            ? HealthCheckResult.Healthy("Every storage answers.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, $"Down: {string.Join(", ", down)}. What it had is loaded anew until it is back.", data: data);
    }
}
