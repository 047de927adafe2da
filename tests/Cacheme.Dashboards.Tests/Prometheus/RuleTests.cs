using Cacheme.Dashboards.Tests.Contract;

namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>What a rule asks for is measured, and what it does is tested.</summary>
public sealed class RuleTests
{
    // What others measure, as the caches that are migrated from.
    private static readonly Dictionary<string, string[]> OfOthers = new()
    {
        ["fusioncache_cache_hit_total"] = ["fusioncache_cache_name"],
        ["fusioncache_cache_miss_total"] = ["fusioncache_cache_name"],
        ["dotnet_cache_requests_total"] = ["dotnet_cache_name", "dotnet_cache_request_type"],
    };

    private static readonly IReadOnlyList<RuleTestGroup> Tests =
        [.. Directory.GetFiles(Repository.PathOf("dashboards/prometheus"), "*.test.yml").SelectMany(file => YamlFile.Read<RuleTestFile>(file).Tests)];

    private static readonly IReadOnlyList<string> Names = [.. RuleFile.Alerts.Select(alert => alert.Alert)];

    [Fact]
    public void Rules_Always_AskForWhatIsMeasuredOrRecorded() =>
        Assert.Empty(RuleFile.Recorded.Concat(RuleFile.Alerts).SelectMany(rule => ContractChecks.Faults(rule.Expression, LabelsOf)));

    [Fact]
    public void Records_Always_SayWhoseTheyAre() =>
        Assert.DoesNotContain(RuleFile.Recorded.Select(rule => rule.Record), record => record.Split(':') is not ["cacheme" or "cache", _, _]);

    [Fact]
    public void Records_OfOneName_AreToldApartByALabel() => Assert.Empty(
        RuleFile.Recorded.GroupBy(rule => (rule.Record, rule.Labels.GetValueOrDefault("library"))).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Records_Always_HaveATest() => Assert.DoesNotContain(
        RuleFile.Recorded, rule => !Tests.SelectMany(test => test.Values).Any(value =>
            value.Expr == rule.Record && value.ExpSamples.Any(sample => rule.Labels.All(label => sample.Labels.Contains($"{label.Key}=\"{label.Value}\"", StringComparison.Ordinal)))));

    [Fact]
    public void Alerts_Always_AreSeenFiring() => Assert.Empty(Names.Except(Expected(fires: true)));

    [Fact]
    public void Alerts_Always_AreSeenQuiet() => Assert.Empty(Names.Except(Expected(fires: false)));

    [Fact]
    public void Alerts_Always_BelongToCacheme() =>
        Assert.DoesNotContain(Names, name => !name.StartsWith("Cacheme", StringComparison.Ordinal));

    [Fact]
    public void Alerts_Always_SayHowBadItIs() =>
        Assert.Empty(RuleFile.Alerts.Where(alert => alert.Labels.GetValueOrDefault("severity") is not ("critical" or "warning" or "info")).Select(alert => alert.Alert));

    [Fact]
    public void Alerts_Always_SayWhereItIs() => Assert.Empty(
        RuleFile.Alerts.Where(alert => alert.Annotations.GetValueOrDefault("summary") is not { } summary || !(Uses("cacheme_node", summary) || Uses("cacheme_store", summary)))
            .Select(alert => alert.Alert));

    [Fact]
    public void Alerts_Always_SayWhatItMeans() =>
        Assert.Empty(RuleFile.Alerts.Where(alert => alert.Annotations.GetValueOrDefault("description") is not { Length: > 60 }).Select(alert => alert.Alert));

    // Gaps are counted over an hour, and an hour is long enough.
    [Fact]
    public void Alerts_Always_Wait() =>
        Assert.Equal(["CachemeInvalidationGaps"], RuleFile.Alerts.Where(alert => alert.For.Length == 0).Select(alert => alert.Alert));

    private static IEnumerable<string> Expected(bool fires) =>
        Tests.SelectMany(test => test.Alerts).Where(alert => alert.ExpAlerts.Count > 0 == fires).Select(alert => alert.Alertname);

    private static bool Uses(string label, string template) => template.Contains($"{{{{ $labels.{label} }}}}", StringComparison.Ordinal);

    // A recorded metric has what its own expression keeps.
    private static IReadOnlyList<string>? LabelsOf(string metric) =>
        OfOthers.TryGetValue(metric, out var labels) ? labels
        : RuleFile.Recorded.FirstOrDefault(rule => rule.Record == metric) is { } recorded ? [.. recorded.Expression.Groupings.Where(label => label != "le")]
        : null;
}
