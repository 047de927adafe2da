namespace Cacheme.Dashboards.Tests.Contract;

/// <summary>A row of docs/telemetry.md's table, and what the exporter makes of it.</summary>
/// <param name="Name">The instrument's name.</param>
/// <param name="Kind">counter, gauge or histogram.</param>
/// <param name="Unit">Its unit, as UCUM writes it.</param>
/// <param name="Labels">Its attributes, as labels.</param>
internal sealed record Instrument(string Name, string Kind, string Unit, IReadOnlyList<string> Labels)
{
    /// <summary>Whether its values only grow, so that only a rate of them says anything.</summary>
    public bool Grows => Kind is "counter" or "histogram";

    /// <summary>The names of its series in Prometheus.</summary>
    public IReadOnlyList<string> Metrics => Kind switch
    {
        "counter" => [FullName + "_total"],
        "gauge" => [FullName],
        "histogram" => [FullName + "_bucket", FullName + "_sum", FullName + "_count"],
        _ => throw new InvalidOperationException($"{Name} is a '{Kind}': it is not known what the exporter makes of that."),
    };

    private string FullName => Name.Replace('.', '_') + Unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        ['{', .., '}'] => "",
        _ => throw new InvalidOperationException($"{Name} has the unit '{Unit}': it is not known what the exporter makes of that."),
    };
}
