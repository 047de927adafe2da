using System.Text.Json;

namespace Cacheme.Observe.Dashboards;

/// <summary>A Grafana dashboard, as far as its queries and its layout go.</summary>
public sealed class Dashboard
{
    private Dashboard(JsonElement root) =>
        Panels = [.. root.GetProperty("panels").EnumerateArray().SelectMany(Flatten).Select(static panel => new DashboardPanel(panel))];

    /// <summary>The panels, also those that are folded away in rows.</summary>
    public IReadOnlyList<DashboardPanel> Panels { get; }

    /// <summary>Reads a dashboard.</summary>
    public static Dashboard Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return new Dashboard(json.RootElement.Clone());
    }

    /// <summary>An expression with every variable standing for everything.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="range">The time that the dashboard shows, in seconds.</param>
    public static string Resolve(string expression, int range)
    {
        (string Name, string Value)[] values = [("__rate_interval", "15s"), ("__range", $"{range}s"), ("__interval", "5s"), ("job", ".+"), ("instance", ".+"), ("node", ".+"), ("store", ".+")];
        return values.Aggregate(expression, static (text, variable) => text
            .Replace($"${{{variable.Name}:regex}}", variable.Value, StringComparison.Ordinal)
            .Replace($"${{{variable.Name}}}", variable.Value, StringComparison.Ordinal)
            .Replace($"${variable.Name}", variable.Value, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonElement> Flatten(JsonElement panel) =>
        panel.TryGetProperty("panels", out var inside) ? [panel, .. inside.EnumerateArray()] : [panel];
}
