using YamlDotNet.Serialization;

namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>Some series, and what the rules make of them.</summary>
internal sealed record RuleTestGroup
{
    /// <summary>What is expected of alerts.</summary>
    [YamlMember(Alias = "alert_rule_test")]
    public List<AlertExpectation> Alerts { get; init; } = [];

    /// <summary>What is expected of expressions.</summary>
    [YamlMember(Alias = "promql_expr_test")]
    public List<ValueExpectation> Values { get; init; } = [];
}
