using System.Globalization;
using System.Text.RegularExpressions;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>What an application has exported, in Prometheus' text.</summary>
internal sealed partial class Scrape
{
    private static readonly string[] OfTheExporter = ["otel_scope_name", "otel_scope_version", "otel_scope_schema_url"];

    public Scrape(string text)
    {
        Text = text;
        Series =
        [
            .. text.Split('\n').Select(static line => Line().Match(line)).Where(static line => line.Success).Select(static line => new ExportedSeries(
                line.Groups["name"].Value,
                Label().Matches(line.Groups["labels"].Value)
                    .Where(static label => !OfTheExporter.Contains(label.Groups[1].Value))
                    .ToDictionary(static label => label.Groups[1].Value, static label => label.Groups[2].Value, StringComparer.Ordinal),
                double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture))),
        ];
    }

    public string Text { get; }

    /// <summary>Every series of Cacheme.</summary>
    public IReadOnlyList<ExportedSeries> Series { get; }

    /// <summary>The one series of a metric with exactly these values of labels, in any order.</summary>
    public double Value(string metric, params string[] labels) => Assert.Single(Series, series =>
        series.Metric == metric && series.Labels.Values.Order(StringComparer.Ordinal).SequenceEqual(labels.Order(StringComparer.Ordinal))).Value;

    /// <summary>The series of a metric.</summary>
    public IEnumerable<ExportedSeries> Of(string metric) => Series.Where(series => series.Metric == metric);

    [GeneratedRegex("""^(?<name>cacheme_[a-z0-9_]+)\{(?<labels>.*)\} (?<value>[0-9.eE+-]+)( [0-9]+)?$""")]
    private static partial Regex Line();

    [GeneratedRegex("([a-z0-9_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}

/// <summary>One series.</summary>
internal sealed record ExportedSeries(string Metric, IReadOnlyDictionary<string, string> Labels, double Value);
