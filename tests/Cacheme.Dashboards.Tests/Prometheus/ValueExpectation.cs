namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>What an expression is at a time.</summary>
internal sealed record ValueExpectation
{
    public string Expr { get; init; } = "";

    public List<ExpectedSample> ExpSamples { get; init; } = [];
}
