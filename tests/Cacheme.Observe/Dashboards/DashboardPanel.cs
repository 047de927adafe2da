using System.Text.Json;

namespace Cacheme.Observe.Dashboards;

/// <summary>A panel of a dashboard.</summary>
public sealed class DashboardPanel
{
    private readonly JsonElement _panel;

    internal DashboardPanel(JsonElement panel)
    {
        _panel = panel;
        Title = panel.GetProperty("title").GetString() ?? "";
        Type = panel.GetProperty("type").GetString() ?? "";
        Queries = panel.TryGetProperty("targets", out var targets) ? [.. targets.EnumerateArray().Select(static target => new DashboardQuery(target))] : [];
    }

    public string Title { get; }

    /// <summary>Such as <c>stat</c>, <c>timeseries</c>, <c>table</c>, <c>heatmap</c>, <c>row</c>.</summary>
    public string Type { get; }

    public IReadOnlyList<DashboardQuery> Queries { get; }

    /// <summary>The unit of its values.</summary>
    public string Unit => Default("unit")?.GetString() ?? "short";

    /// <summary>Whether its series are drawn one upon the other.</summary>
    public bool IsStacked => Default("custom") is { } custom && custom.TryGetProperty("stacking", out var stacking) && stacking.GetProperty("mode").GetString() is "normal" or "percent";

    /// <summary>Its place in a grid of 24 columns.</summary>
    public (int X, int Y, int Width, int Height) Place
    {
        get
        {
            var place = _panel.GetProperty("gridPos");
            return (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
        }
    }

    /// <summary>The name and the unit of a table's column, by the reference of its query.</summary>
    public (string Name, string Unit) Column(string reference)
    {
        var field = $"Value #{reference}";
        var name = NameOf(field) ?? reference;
        return (name, UnitOf(field) ?? UnitOf(name) ?? Unit);
    }

    // As its transformations rename it, or an override does.
    private string? NameOf(string field)
    {
        if (_panel.TryGetProperty("transformations", out var steps))
        {
            foreach (var step in steps.EnumerateArray())
            {
                if (step.GetProperty("options").TryGetProperty("renameByName", out var names) && names.TryGetProperty(field, out var name))
                {
                    return name.GetString();
                }
            }
        }

        return Property(field, "displayName")?.GetString();
    }

    private string? UnitOf(string field) => Property(field, "unit")?.GetString();

    private JsonElement? Property(string field, string name)
    {
        if (!_panel.GetProperty("fieldConfig").TryGetProperty("overrides", out var overrides))
        {
            return null;
        }

        foreach (var one in overrides.EnumerateArray())
        {
            if (one.GetProperty("matcher").GetProperty("options").ToString() == field)
            {
                foreach (var property in one.GetProperty("properties").EnumerateArray())
                {
                    if (property.GetProperty("id").GetString() == name)
                    {
                        return property.GetProperty("value");
                    }
                }
            }
        }

        return null;
    }

    private JsonElement? Default(string name) =>
        _panel.TryGetProperty("fieldConfig", out var fields) && fields.GetProperty("defaults").TryGetProperty(name, out var value) ? value : null;
}

/// <summary>A query of a panel.</summary>
public sealed class DashboardQuery
{
    internal DashboardQuery(JsonElement target)
    {
        Expression = target.GetProperty("expr").GetString() ?? "";
        Legend = target.TryGetProperty("legendFormat", out var legend) ? legend.GetString() ?? "" : "";
        Reference = target.TryGetProperty("refId", out var reference) ? reference.GetString() ?? "" : "";
    }

    public string Expression { get; }

    /// <summary>Its name, with labels between two braces.</summary>
    public string Legend { get; }

    public string Reference { get; }

    /// <summary>The name of one of its series.</summary>
    public string NameOf(PrometheusSeries series) =>
        series.Labels.Aggregate(Legend, static (text, label) => text.Replace($"{{{{{label.Key}}}}}", label.Value, StringComparison.Ordinal)) is { Length: > 0 } name and not "__auto"
            ? name
            : string.Join(' ', series.Labels.Values);
}
