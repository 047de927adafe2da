namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>prometheus.yml.</summary>
internal sealed record ScrapeConfiguration
{
    public Dictionary<string, string> Global { get; init; } = [];

    public List<string> RuleFiles { get; init; } = [];

    public List<ScrapeJob> ScrapeConfigs { get; init; } = [];
}
