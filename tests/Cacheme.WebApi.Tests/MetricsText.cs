using System.Globalization;
using System.Text.RegularExpressions;

namespace Cacheme.WebApi.Tests;

/// <summary>Reads numbers out of Prometheus' text.</summary>
internal sealed partial class MetricsText(string text)
{
    /// <summary>The sum of a metric's series that have all the labels.</summary>
    public double Sum(string metric, params (string Label, string Value)[] labels) => text
        .Split('\n')
        .Select(line => Series().Match(line))
        .Where(series => series.Success && series.Groups["name"].Value == metric)
        .Where(series => labels.All(label => series.Groups["labels"].Value.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal)))
        .Sum(series => double.Parse(series.Groups["value"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("""^(?<name>[a-z0-9_]+)\{(?<labels>.*)\} (?<value>[0-9.eE+-]+)( [0-9]+)?$""")]
    private static partial Regex Series();
}
