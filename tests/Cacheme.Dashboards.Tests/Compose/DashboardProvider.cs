namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>Where Grafana looks for dashboards.</summary>
internal sealed record DashboardProvider
{
    public bool AllowUiUpdates { get; init; }

    public Dictionary<string, string> Options { get; init; } = [];
}
