namespace Cacheme.Benchmarks.Fleets;

/// <summary>What a run of a fleet came to.</summary>
/// <param name="Lags">For each invalidation and each other process that held the key, from its end to the first newer value there, in milliseconds; sorted.</param>
/// <param name="Missed">How many were never seen.</param>
/// <param name="Commands">What Redis executed for each invalidation, reading and loading anew included.</param>
/// <param name="BytesOut">What Redis sent, in bytes a second.</param>
/// <param name="ProcessorTime">What each process took of the processors, a second.</param>
internal sealed record FleetFigures(IReadOnlyList<double> Lags, int Missed, FleetCommands Commands, double BytesOut, TimeSpan ProcessorTime)
{
    /// <summary>A percentile of the lags.</summary>
    public double Staleness(int percent) => Lags.Count == 0 ? double.NaN : Lags[Math.Min(Lags.Count - 1, Lags.Count * percent / 100)];
}
