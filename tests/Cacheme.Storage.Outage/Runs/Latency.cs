using System.Globalization;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>How long requests took.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="P99">What 99 of 100 did not exceed.</param>
/// <param name="Max">The longest.</param>
public readonly record struct Latency(int Count, TimeSpan P99, TimeSpan Max)
{
    /// <summary>Sums up; zeros when there are none.</summary>
    /// <param name="times">The requests' times.</param>
    public static Latency Of(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] sorted = [.. times.Order()];
        return sorted is [] ? default : new Latency(sorted.Length, sorted[(sorted.Length - 1) * 99 / 100], sorted[^1]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Count == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{P99.TotalMilliseconds:F1} / {Max.TotalMilliseconds:F0}");
}
