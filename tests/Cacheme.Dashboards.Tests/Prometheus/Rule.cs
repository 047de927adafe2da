using Cacheme.Dashboards.Tests.PromQl;

namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>A recording rule, or an alert.</summary>
internal sealed record Rule
{
    /// <summary>What it records; empty for an alert.</summary>
    public string Record { get; init; } = "";

    /// <summary>The alert's name; empty for a recording rule.</summary>
    public string Alert { get; init; } = "";

    public string Expr { get; init; } = "";

    public string For { get; init; } = "";

    public Dictionary<string, string> Labels { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];

    public Expression Expression => new(Expr);
}
