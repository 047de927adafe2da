namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>Which alerts of a name fire at a time.</summary>
internal sealed record AlertExpectation
{
    public string Alertname { get; init; } = "";

    /// <summary>None where it must be quiet.</summary>
    public List<object> ExpAlerts { get; init; } = [];
}
