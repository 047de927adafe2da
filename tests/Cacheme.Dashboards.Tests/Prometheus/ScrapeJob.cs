namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>What is scraped, and where.</summary>
internal sealed record ScrapeJob
{
    public string MetricsPath { get; init; } = "";

    public List<Dictionary<string, List<string>>> StaticConfigs { get; init; } = [];
}
