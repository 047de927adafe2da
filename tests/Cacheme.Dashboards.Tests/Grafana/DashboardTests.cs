using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>What makes a dashboard usable by somebody else than its author.</summary>
public sealed partial class DashboardTests
{
    private static readonly Dashboard Page = Dashboard.Cacheme;
    private static readonly IReadOnlyList<Panel> Drawn = [.. Page.Panels.Where(panel => !panel.IsRow)];

    // What people read first, in the unit in which they read it.
    [Theory]
    [InlineData("Hit ratio", "percentunit", "sum(rate(cacheme_cache_requests_total{", "cacheme_result=\"hit\"}[")]
    [InlineData("Requests", "reqps", "sum(rate(cacheme_cache_requests_total{")]
    [InlineData("Loads", "ops", "sum(rate(cacheme_loads_total{")]
    [InlineData("Load p99", "s", "histogram_quantile(0.99, sum by (le) (rate(cacheme_load_duration_seconds_bucket{", "cacheme_outcome!=\"cancelled\"")]
    [InlineData("Collapsed callers", "percentunit", "sum(rate(cacheme_load_collapsed_total{")]
    [InlineData("Time saved per second", "s", "sum(rate(cacheme_saved_time_seconds_total{")]
    public void Answer_AsksForWhatItsTitleSays(string title, string unit, string begins, string asks = "")
    {
        var panel = Dashboard.Cacheme.Panels.Single(panel => panel.Type == "stat" && panel.Title == title);

        Assert.Equal(unit, panel.Unit);
        Assert.StartsWith(begins, Assert.Single(panel.Targets).Expression.Text, StringComparison.Ordinal);
        Assert.Contains(asks, panel.Targets[0].Expression.Text.Split(" / ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Dashboard_Always_IsTheSameOneAfterEveryImport()
    {
        Assert.Equal("cacheme", Page.Json.GetProperty("uid").GetString());
        Assert.Equal("Cacheme", Page.Json.GetProperty("title").GetString());
        Assert.Equal(42, Page.Json.GetProperty("schemaVersion").GetInt32());
        Assert.False(Page.Json.GetProperty("editable").GetBoolean());

        // An id belongs to one Grafana's database.
        Assert.Equal(JsonValueKind.Null, Page.Json.GetProperty("id").ValueKind);
    }

    [Fact]
    public void Panels_Always_HaveAnIdOfTheirOwn() =>
        Assert.Equal(Page.Panels.Count, Page.Panels.Select(panel => panel.Id).Where(id => id > 0).Distinct().Count());

    [Fact]
    public void Panels_Always_HaveAShortTitleOfTheirOwn()
    {
        Assert.DoesNotContain(Page.Panels, panel => panel.Title.Length is 0 or > 30);
        Assert.Empty(Drawn.GroupBy(panel => panel.Title).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void Panels_Always_SayWhatTheyMean() =>
        Assert.DoesNotContain(Drawn, panel => panel.Description.Length < 80 || !panel.Description.EndsWith('.'));

    [Fact]
    public void Panels_Always_HaveAUnitAndAQuery()
    {
        Assert.DoesNotContain(Drawn, panel => panel.Unit.Length == 0);
        Assert.DoesNotContain(Drawn, panel => panel.Targets.Count == 0);
    }

    [Fact]
    public void Columns_OfATable_HaveTheirUnits()
    {
        foreach (var panel in Drawn.Where(panel => panel.Type == "table"))
        {
            var units = panel.Json.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
                .Where(rule => rule.GetProperty("properties").EnumerateArray().Any(property => property.GetProperty("id").GetString() == "unit"))
                .Select(rule => rule.GetProperty("matcher").GetProperty("options").GetString());
            var columns = panel.Json.GetProperty("transformations").EnumerateArray().Single(step => step.GetProperty("id").GetString() == "organize")
                .GetProperty("options").GetProperty("renameByName").EnumerateObject().ToDictionary(name => name.Name, name => name.Value.GetString());

            Assert.Equal(panel.Targets.Select(target => columns[$"Value #{target.Id}"]), units);
        }
    }

    [Fact]
    public void Panels_Always_StandBesideEachOther()
    {
        Assert.DoesNotContain(Page.Panels, panel => panel.Place.X < 0 || panel.Place.Width < 1 || panel.Place.Height < 1 || panel.Place.X + panel.Place.Width > 24);
        Assert.Empty(
            from one in Page.Panels
            from other in Page.Panels
            where one.Id < other.Id && one.Overlaps(other)
            select $"{one} and {other}");
    }

    [Fact]
    public void Queries_OfAPanel_HaveIdsOfTheirOwn() =>
        Assert.DoesNotContain(Drawn, panel => panel.Targets.Select(target => target.Id).Distinct().Count() < panel.Targets.Count);

    [Fact]
    public void Legends_Always_NameLabelsThatAreLeft() => Assert.Empty(
        from target in Page.Targets
        from Match name in LegendLabel().Matches(target.Legend)
        where !target.Expression.Groupings.Contains(name.Groups[1].Value)
        select $"{target.Legend}: {target.Expression}");

    [Fact]
    public void Heatmap_OfLoads_AsksForExemplars() =>
        Assert.True(Assert.Single(Drawn, panel => panel.Type == "heatmap").Targets.Single().WantsExemplars);

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex LegendLabel();
}
