namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>Rules that are evaluated one after the other.</summary>
internal sealed record RuleGroup
{
    public List<Rule> Rules { get; init; } = [];
}
