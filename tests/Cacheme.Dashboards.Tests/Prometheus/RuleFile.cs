namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>A file of rules.</summary>
internal sealed record RuleFile
{
    /// <summary>What is recorded.</summary>
    public static IReadOnlyList<Rule> Recorded { get; } = Read("cacheme.rules.yml");

    /// <summary>What is worth telling somebody.</summary>
    public static IReadOnlyList<Rule> Alerts { get; } = Read("cacheme.alerts.yml");

    public List<RuleGroup> Groups { get; init; } = [];

    private static List<Rule> Read(string name) => [.. YamlFile.Read<RuleFile>($"dashboards/prometheus/{name}").Groups.SelectMany(group => group.Rules)];
}
