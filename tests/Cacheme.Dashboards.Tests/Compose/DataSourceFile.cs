namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>The data sources that Grafana is given.</summary>
internal sealed record DataSourceFile
{
    public List<DataSource> Datasources { get; init; } = [];
}
