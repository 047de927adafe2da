namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>Where Grafana looks for dashboards.</summary>
internal sealed record DashboardProviderFile
{
    public List<DashboardProvider> Providers { get; init; } = [];
}
