using System.Text.Json;
using Cacheme.Dashboards.Tests.Contract;
using Cacheme.Servers;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>The dashboard asks for what is measured, and for all of it.</summary>
public sealed class DashboardQueryTests
{
    private static readonly Dashboard Page = Dashboard.Cacheme;

    [Fact]
    public void Queries_Always_AskForWhatIsMeasured() =>
        Assert.Empty(Page.Targets.SelectMany(target => ContractChecks.Faults(target.Expression)));

    [Fact]
    public void Variables_Always_AskForWhatIsMeasured() => Assert.Empty(
        Page.Variables.Where(variable => variable.Type == "query")
            .Select(variable => variable.Query["label_values(".Length..^1].Split(", "))
            .SelectMany(parts => ContractChecks.Faults(new($"sum by ({parts[^1]}) (increase({string.Join(", ", parts[..^1])}[1m]))"))));

    [Fact]
    public void Instruments_Always_AreShown()
    {
        var shown = Page.Targets.SelectMany(target => target.Expression.Selectors).Select(selector => TelemetryContract.Metrics[selector.Metric].Name);

        Assert.Empty(TelemetryContract.Instruments.Select(instrument => instrument.Name).Except(shown));
    }

    [Fact]
    public void Queries_Always_AskForTheChosenProcessesAndNodes()
    {
        var selectors = Page.Targets.SelectMany(target => target.Expression.Selectors).ToList();

        Assert.DoesNotContain(selectors, selector => !selector.Asks("job", "=~", "$job") || !selector.Asks("instance", "=~", "$instance"));

        // The node's choice does not narrow annotations: a restart concerns them all.
        Assert.DoesNotContain(
            Page.Panels.SelectMany(panel => panel.Targets).SelectMany(target => target.Expression.Selectors),
            selector => TelemetryContract.Metrics[selector.Metric].Labels.Contains("cacheme_node") && !selector.Asks("cacheme_node", "=~", "$node"));
    }

    [Fact]
    public void Rates_Always_GoWithTheZoomAndTheScrapes() =>
        Assert.DoesNotContain(Page.Targets.SelectMany(target => target.Expression.Selectors), selector => selector.Range is not ("" or "$__rate_interval"));

    [Fact]
    public void Ratios_Always_AreGuardedAgainstNoTraffic() =>
        Assert.DoesNotContain(
            Page.Targets, target => target.Expression.Text.Contains(" / ", StringComparison.Ordinal) && !target.Expression.Text.EndsWith(" > 0)", StringComparison.Ordinal));

    [Fact]
    public void Ratios_Always_AreOfSumsAndNeverAMean() =>
        Assert.DoesNotContain(Page.Targets, target => target.Expression.Text.Contains("avg", StringComparison.Ordinal));

    [Fact]
    public async Task Queries_Always_AreWhatPrometheusUnderstands()
    {
        // As recording rules, in JSON, which is YAML too: promtool of this age checks expressions nowhere else.
        var rules = Page.Targets.Select((target, number) => new { record = $"query{number}", expr = target.Expression.Text.Replace("$__rate_interval", "5m", StringComparison.Ordinal) });
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboard", rules } } }), TestContext.Current.CancellationToken);
            var (succeeded, said) = await Promtool.RunAsync("check", "rules", file);

            Assert.True(succeeded, said);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
