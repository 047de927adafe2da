using System.Text.RegularExpressions;

namespace Cacheme.Dashboards.Tests.Contract;

/// <summary>What docs/telemetry.md promises: the instruments, and the values that their attributes may have.</summary>
internal static partial class TelemetryContract
{
    private static readonly string[] Lines = Repository.Read("docs/telemetry.md").Split('\n');

    /// <summary>All instruments.</summary>
    public static IReadOnlyList<Instrument> Instruments { get; } = [.. RowsOf("| instrument |").Select(cells =>
    {
        var kind = cells[1].Split(", ");
        return new Instrument(Code(cells[0]).Single(), kind[0], kind[1], [.. cells[2].Split(", ").Select(LabelOf)]);
    })];

    /// <summary>The instruments by the names of their series.</summary>
    public static IReadOnlyDictionary<string, Instrument> Metrics { get; } =
        Instruments.SelectMany(instrument => instrument.Metrics.Select(metric => (metric, instrument))).ToDictionary(pair => pair.metric, pair => pair.instrument);

    /// <summary>The labels' values that are written down; a label whose values are names of the application has none or one of them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Values { get; } =
        RowsOf("| attribute |").ToDictionary(cells => LabelOf(Code(cells[0]).Single()), cells => (IReadOnlyList<string>)[.. Code(cells[1])]);

    // In the table an attribute stands without its prefix; error.type is OpenTelemetry's own and has none.
    private static string LabelOf(string attribute)
    {
        var name = attribute.Replace('.', '_');
        return name == "error_type" || name.StartsWith("cacheme_", StringComparison.Ordinal) ? name : "cacheme_" + name;
    }

    private static IEnumerable<string[]> RowsOf(string head) => Lines
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|', ' ').Split(" | "));

    private static IEnumerable<string> Code(string cell) => CodeSpan().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();
}
