using System.Text.Json;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>A dashboard works with any Prometheus and any application: nothing of it is named, all of it can be chosen.</summary>
public sealed class DashboardVariableTests
{
    private const string Source = "datasource";

    private static readonly Dashboard Page = Dashboard.Cacheme;

    [Fact]
    public void Variables_Always_AreTheSourceAndWhatIsChosenOfIt() =>
        Assert.Equal([Source, "job", "instance", "node"], Page.Variables.Select(variable => variable.Name));

    [Fact]
    public void Source_Always_IsAnyPrometheus()
    {
        var source = Page.Variables.Single(variable => variable.Type == "datasource");

        Assert.Equal((Source, "prometheus"), (source.Name, source.Query));
    }

    [Fact]
    public void Choices_Always_AllowAllAndDependOnTheOnesBefore()
    {
        var before = new List<string>();
        foreach (var choice in Page.Variables.Where(variable => variable.Type == "query"))
        {
            Assert.Equal(".+", choice.AllValue);
            Assert.StartsWith("label_values(cacheme_cache_requests_total", choice.Query, StringComparison.Ordinal);
            Assert.Equal(before, Dashboard.UsedIn(choice.Query));
            before.Add(choice.Name);
        }
    }

    [Fact]
    public void Sources_Always_AreTheVariable()
    {
        var sources = SourcesIn(Page.Json).Select(source => (source.GetProperty("type").GetString(), source.GetProperty("uid").GetString())).ToList();
        var asking = Page.Panels.Count(panel => !panel.IsRow) + Page.Targets.Count() + Page.Variables.Count(variable => variable.Type == "query");

        Assert.Equal([("prometheus", "${datasource}")], sources.Distinct());
        Assert.Equal(asking, sources.Count);
    }

    [Fact]
    public void Variables_ThatAreUsed_AreThere()
    {
        // Those that begin with __ are Grafana's own.
        var used = Dashboard.UsedIn(Page.Json.GetRawText()).Where(name => !name.StartsWith("__", StringComparison.Ordinal));

        Assert.Empty(used.Except(Page.Variables.Select(variable => variable.Name)));
    }

    [Fact]
    public void Variables_ThatAreThere_AreUsed()
    {
        var used = Page.Targets.SelectMany(target => Dashboard.UsedIn(target.Expression.Text)).Append(Source);

        Assert.Empty(Page.Variables.Select(variable => variable.Name).Except(used));
    }

    private static IEnumerable<JsonElement> SourcesIn(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(SourcesIn),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => property.Name == Source ? [property.Value] : SourcesIn(property.Value)),
        _ => [],
    };
}
