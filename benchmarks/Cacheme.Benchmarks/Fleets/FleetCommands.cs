namespace Cacheme.Benchmarks.Fleets;

/// <summary>What Redis executed.</summary>
/// <param name="Records">Records that were appended, each with a message to whoever listens.</param>
/// <param name="Removals">Keys that were removed.</param>
/// <param name="LogReads">Reads of the log.</param>
/// <param name="ValueReads">Reads of values, one key or many at once.</param>
/// <param name="Writes">Writes of values.</param>
/// <param name="All">All of it, the messages included.</param>
internal readonly record struct FleetCommands(double Records, double Removals, double LogReads, double ValueReads, double Writes, double All)
{
    /// <summary>What came between two counts.</summary>
    public static FleetCommands operator -(FleetCommands after, FleetCommands before) => new(
        after.Records - before.Records,
        after.Removals - before.Removals,
        after.LogReads - before.LogReads,
        after.ValueReads - before.ValueReads,
        after.Writes - before.Writes,
        after.All - before.All);

    /// <summary>Both together.</summary>
    public static FleetCommands operator +(FleetCommands one, FleetCommands other) => one - (other * -1);

    /// <summary>So many times as much.</summary>
    public static FleetCommands operator *(FleetCommands all, double by) => all / (1 / by);

    /// <summary>A share of it.</summary>
    public static FleetCommands operator /(FleetCommands all, double by) =>
        new(all.Records / by, all.Removals / by, all.LogReads / by, all.ValueReads / by, all.Writes / by, all.All / by);

    /// <summary>As Redis counts: <c>cmdstat_get</c> and so on.</summary>
    public static FleetCommands Of(IReadOnlyDictionary<string, long> calls)
    {
        var (records, removals, logReads) = (Sum("xadd"), Sum("unlink", "del"), Sum("xrange", "xrevrange"));
        var (valueReads, writes) = (Sum("get", "mget"), Sum("set", "setex", "psetex"));
        return new(records, removals, logReads, valueReads, writes, records + removals + logReads + valueReads + writes + Sum("publish"));

        double Sum(params string[] names) => names.Sum(name => calls.GetValueOrDefault("cmdstat_" + name));
    }
}
