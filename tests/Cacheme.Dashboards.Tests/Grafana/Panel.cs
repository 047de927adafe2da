using System.Text.Json;

namespace Cacheme.Dashboards.Tests.Grafana;

/// <summary>A panel, or a row's headline.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">What it says behind its title.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Place">Where it stands: left, top, width, height.</param>
/// <param name="Targets">Its queries.</param>
/// <param name="Json">All of it.</param>
internal sealed record Panel(
    int Id, string Type, string Title, string Description, string Unit, (int X, int Y, int Width, int Height) Place, IReadOnlyList<Target> Targets, JsonElement Json)
{
    public bool IsRow => Type == "row";

    public static Panel Read(JsonElement json)
    {
        var place = json.GetProperty("gridPos");
        return new Panel(
            json.GetProperty("id").GetInt32(),
            Text(json, "type"),
            Text(json, "title"),
            Text(json, "description"),
            json.TryGetProperty("fieldConfig", out var fields) ? Text(fields.GetProperty("defaults"), "unit") : "",
            (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32()),
            json.TryGetProperty("targets", out var targets) ? [.. targets.EnumerateArray().Select(Target.Read)] : [],
            json);
    }

    public bool Overlaps(Panel other) =>
        Place.X < other.Place.X + other.Place.Width && other.Place.X < Place.X + Place.Width &&
        Place.Y < other.Place.Y + other.Place.Height && other.Place.Y < Place.Y + Place.Height;

    public override string ToString() => $"{Type} '{Title}'";

    private static string Text(JsonElement json, string property) => json.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";
}
