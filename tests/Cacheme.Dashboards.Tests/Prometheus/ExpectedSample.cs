namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>A series and its value.</summary>
internal sealed record ExpectedSample
{
    public string Labels { get; init; } = "";
}
