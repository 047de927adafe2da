using System.Text.RegularExpressions;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>What docs/telemetry.md promises.</summary>
internal static partial class TelemetryDocument
{
    private static readonly string Text = Read();

    /// <summary>The table of instruments.</summary>
    public static IReadOnlyList<DocumentedInstrument> Instruments { get; } =
    [
        .. InstrumentRow().Matches(Text).Select(static row => new DocumentedInstrument(
            row.Groups["name"].Value, row.Groups["kind"].Value, row.Groups["unit"].Value, row.Groups["attributes"].Value.Split(", "))),
    ];

    /// <summary>The numbers of the log events of the core, with their levels.</summary>
    public static IReadOnlyList<(int Number, string Level)> LogEvents { get; } =
        [.. LogRow().Matches(Text).Select(static row => (int.Parse(row.Groups["number"].Value, null), row.Groups["level"].Value))];

    /// <summary>The values that an attribute may have, besides the names of nodes, storages and exceptions.</summary>
    public static IReadOnlyList<string> ValuesOf(string attribute) =>
        [.. Quoted().Matches(Text.Split('\n').Single(line => line.StartsWith($"| `{attribute}` | ", StringComparison.Ordinal))).Select(static value => value.Groups[1].Value).Skip(1)];

    private static string Read()
    {
        using var stream = typeof(TelemetryDocument).Assembly.GetManifestResourceStream("telemetry.md") ?? throw new InvalidOperationException("The document is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^\| `(?<name>cacheme\.[a-z.]+)` \| (?<kind>counter|gauge|histogram), (?<unit>[a-zA-Z{}]+) \| (?<attributes>[a-z., ]+) \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| `Cacheme` (?<number>[0-9]+) \| (?<level>[A-Za-z]+) \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}

/// <summary>A row of the table of instruments.</summary>
internal sealed record DocumentedInstrument(string Name, string Kind, string Unit, IReadOnlyList<string> Attributes)
{
    /// <summary>Its name in Prometheus.</summary>
    public string Metric
    {
        get
        {
            var unit = Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
            return $"{Name.Replace('.', '_')}{unit}{(Kind == "counter" ? "_total" : "")}";
        }
    }

    /// <summary>Its labels in Prometheus.</summary>
    public IEnumerable<string> Labels => Attributes.Select(static attribute => attribute == "error.type" ? "error_type" : $"cacheme_{attribute}");
}
