namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>A file of tests for promtool.</summary>
internal sealed record RuleTestFile
{
    public List<RuleTestGroup> Tests { get; init; } = [];
}
