using System.Globalization;

namespace Cacheme.Observe.Pictures;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    private static readonly (double From, double Factor, string Suffix)[] Seconds = [(1, 1, " s"), (1e-3, 1e3, " ms"), (0, 1e6, " µs")];
    private static readonly (double From, double Factor, string Suffix)[] Bytes = [(1 << 20, 1d / (1 << 20), " MiB"), (1 << 10, 1d / (1 << 10), " KiB"), (0, 1, " B")];
    private static readonly (double From, double Factor, string Suffix)[] Counts = [(1e6, 1e-6, " M"), (1e3, 1e-3, " k"), (0, 1, "")];

    /// <summary>A value in a unit by Grafana's name.</summary>
    public static string Format(double value, string unit) => unit switch
    {
        _ when !double.IsFinite(value) => "–",
        "percentunit" => $"{Number(100 * value)} %",
        "percent" => $"{Number(value)} %",
        "s" => Scaled(value, Seconds),
        "bytes" or "decbytes" => Scaled(value, Bytes),
        "reqps" or "ops" or "cps" or "eps" or "wps" or "rps" => $"{Scaled(value, Counts)}/s",
        _ => Scaled(value, Counts),
    };

    private static string Scaled(double value, (double From, double Factor, string Suffix)[] scales)
    {
        if (value == 0)
        {
            return "0";
        }

        var (_, factor, suffix) = Array.Find(scales, scale => Math.Abs(value) >= scale.From);
        return $"{Number(value * factor)}{suffix}";
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
