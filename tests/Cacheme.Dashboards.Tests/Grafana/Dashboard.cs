using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>The dashboard, as Grafana reads it.</summary>
internal sealed partial class Dashboard
{
    private Dashboard(string text)
    {
        Json = JsonDocument.Parse(text).RootElement;
        Panels = [.. Json.GetProperty("panels").EnumerateArray().SelectMany(WithInner).Select(Panel.Read)];
        Annotations = [.. Json.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(annotation => Target.Read(annotation.GetProperty("target")))];
        Variables = [.. Json.GetProperty("templating").GetProperty("list").EnumerateArray().Select(ReadVariable)];
    }

    public static Dashboard Cacheme { get; } = new(Repository.Read("dashboards/grafana/cacheme.json"));

    public JsonElement Json { get; }

    public IReadOnlyList<Panel> Panels { get; }

    public IReadOnlyList<Target> Annotations { get; }

    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>Every query, of panels and annotations.</summary>
    public IEnumerable<Target> Targets => Panels.SelectMany(panel => panel.Targets).Concat(Annotations);

    /// <summary>The names of the variables that a text uses, Grafana's own among them.</summary>
    public static IEnumerable<string> UsedIn(string text) => Use().Matches(text).Select(match => match.Groups["name"].Value);

    private static IEnumerable<JsonElement> WithInner(JsonElement panel) =>
        panel.TryGetProperty("panels", out var inner) ? [panel, .. inner.EnumerateArray()] : [panel];

    private static Variable ReadVariable(JsonElement json)
    {
        var query = json.GetProperty("query");
        return new Variable(
            json.GetProperty("name").GetString() ?? "",
            json.GetProperty("type").GetString() ?? "",
            (query.ValueKind == JsonValueKind.Object ? query.GetProperty("query") : query).GetString() ?? "",
            json.TryGetProperty("allValue", out var all) ? all.GetString() ?? "" : "");
    }

    [GeneratedRegex("""\$\{(?<name>\w+)[^}]*\}|\$(?<name>[a-zA-Z_]\w*)|\[\[(?<name>\w+)[^\]]*\]\]""")]
    private static partial Regex Use();
}
