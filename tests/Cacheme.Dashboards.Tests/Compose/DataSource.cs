namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>A data source that Grafana is given.</summary>
internal sealed record DataSource
{
    public string Uid { get; init; } = "";

    public string Type { get; init; } = "";

    public string Url { get; init; } = "";

    public Dictionary<string, string> JsonData { get; init; } = [];
}
