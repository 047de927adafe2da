using System.Globalization;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>What was seen in a run.</summary>
public sealed record OutageReport
{
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StorageTimeout = new StorageOptions().Timeout;

    /// <summary>The storage.</summary>
    public required string Storage { get; init; }

    /// <summary>What befell it.</summary>
    public required string Fault { get; init; }

    /// <summary>What a busy machine may add to a request, or to the storage's return.</summary>
    public required TimeSpan Slack { get; init; }

    /// <summary>How many requests were answered, or failed.</summary>
    public required int Requests { get; init; }

    /// <summary>Requests that ended with an exception.</summary>
    public required int Failed { get; init; }

    /// <summary>Requests that were given a value of another key, or one that had been invalidated before they asked.</summary>
    public required int Wrong { get; init; }

    /// <summary>The first thing that failed or was wrong; empty when nothing was.</summary>
    public required string FirstProblem { get; init; }

    /// <summary>How long the fault lasted before the circuit opened; null when it never did.</summary>
    public required TimeSpan? CircuitOpenedAfter { get; init; }

    /// <summary>Latencies while nothing was wrong.</summary>
    public required Latency Healthy { get; init; }

    /// <summary>Latencies from the beginning of the fault until the circuit opened, or until the fault's end.</summary>
    public required Latency UntilOpen { get; init; }

    /// <summary>Latencies from the circuit's opening to the fault's end.</summary>
    public required Latency WhileOpen { get; init; }

    /// <summary>How long after the fault's end the storage answered a request again; null when it never did.</summary>
    public required TimeSpan? BackAfter { get; init; }

    /// <summary>Exceptions of tasks that nobody looked at.</summary>
    public required int Unobserved { get; init; }

    /// <summary>Connections that were open after the host had ended and not before it began.</summary>
    public required int LeakedConnections { get; init; }

    /// <summary>What was not as it must be; empty when all was.</summary>
    public IEnumerable<string> Problems =>
        from problem in (IEnumerable<(bool IsThere, string Text)>)
        [
            (Failed > 0, $"{Failed} requests failed. {FirstProblem}"),
            (Wrong > 0, $"{Wrong} answers were wrong. {FirstProblem}"),
            (UntilOpen.Max > StorageTimeout + Slack, $"a request took {UntilOpen.Max}, and the storage's timeout is {StorageTimeout}"),
            (WhileOpen.Max > Slack, $"a request took {WhileOpen.Max} while the circuit was open"),
            (BackAfter is not { } back || back > Back + Slack, $"the storage was back after {BackAfter?.ToString() ?? "more than the run"}"),
            (Unobserved > 0, $"{Unobserved} exceptions were not observed"),
            (LeakedConnections > 0, $"{LeakedConnections} connections are still open"),
        ]
        where problem.IsThere
        select $"{Storage}, {Fault}: {problem.Text}";

    /// <summary>The head of a table of reports.</summary>
    public static string Head =>
        "| storage | fault | requests | failed | wrong | healthy p99 / max ms | until the circuit opens, max ms | opens after s | while open p99 / max ms | back after s | unobserved | leaked |" + Environment.NewLine
        + "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

    /// <summary>The report as a line of that table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Storage} | {Fault} | {Requests:N0} | {Failed} | {Wrong} | {Healthy} | {UntilOpen.Max.TotalMilliseconds:F0} | {Seconds(CircuitOpenedAfter)} | {WhileOpen} | {Seconds(BackAfter)} | {Unobserved} | {LeakedConnections} |");

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) : "-";
}
