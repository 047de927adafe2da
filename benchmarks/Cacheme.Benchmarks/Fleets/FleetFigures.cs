namespace Cacheme.Benchmarks.Fleets;

/// <summary>What a run of a fleet came to.</summary>
/// <param name="Lags">For each invalidation and each other process that held the key, from its end to the first newer value there, in milliseconds; sorted.</param>
/// <param name="Missed">How many were never seen.</param>
/// <param name="Commands">What Redis executed for each invalidation, reading and loading anew included.</param>
/// <param name="BytesOut">What Redis sent for each invalidation, in bytes.</param>
/// <param name="ServerTime">What Redis took of a processor for each invalidation.</param>
internal sealed record FleetFigures(IReadOnlyList<double> Lags, int Missed, FleetCommands Commands, double BytesOut, TimeSpan ServerTime)
{
    /// <summary>What twice as many processes as the larger of two fleets would cost, if each added as much as those between the two.</summary>
    /// <param name="larger">A fleet of twice the size of this one.</param>
    public FleetFigures Continued(FleetFigures larger) => new(
        [],
        0,
        larger.Commands + ((larger.Commands - Commands) * 2),
        larger.BytesOut + ((larger.BytesOut - BytesOut) * 2),
        larger.ServerTime + ((larger.ServerTime - ServerTime) * 2));

    /// <summary>A percentile of the lags.</summary>
    public double Staleness(int percent) => Lags.Count == 0 ? double.NaN : Lags[Math.Min(Lags.Count - 1, Lags.Count * percent / 100)];
}
