using System.Globalization;
using Cacheme.Storage.Outage.Faults;

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

    /// <summary>By what the fault must have been noticed.</summary>
    public required Symptom Symptom { get; init; }

    /// <summary>Requests that the storage answered during the fault.</summary>
    public required long Hits { get; init; }

    /// <summary>Operations of the storage that failed during the fault. Those that an open circuit refused are not among them.</summary>
    public required int StorageFailures { get; init; }

    /// <summary>Kinds of entries that were found during the fault and could not be read, such as damaged ones.</summary>
    public required int UnreadableKinds { get; init; }

    /// <summary>How long the fault lasted before the circuit opened; null when it did not during the fault.</summary>
    public required TimeSpan? CircuitOpenedAfter { get; init; }

    /// <summary>Latencies while nothing was wrong.</summary>
    public required Latency Healthy { get; init; }

    /// <summary>Latencies of requests that began during the fault while the circuit was closed.</summary>
    public required Latency WhileClosed { get; init; }

    /// <summary>Latencies of requests that began during the fault while the circuit was open.</summary>
    public required Latency WhileOpen { get; init; }

    /// <summary>Latencies of requests that began after the fault.</summary>
    public required Latency Afterwards { get; init; }

    /// <summary>How long after their return the storage's servers had agreed among themselves: next to nothing for a single one.</summary>
    public required TimeSpan AgreedAfter { get; init; }

    /// <summary>How long after its servers' return the storage had given each of many keys again that it did not give during the fault; null when it never did.</summary>
    public required TimeSpan? BackAfter { get; init; }

    /// <summary>Connections of the host before the fault; null when there was no time before it.</summary>
    public required int? ConnectionsBefore { get; init; }

    /// <summary>Connections of the host at the end of the run.</summary>
    public required int ConnectionsAfter { get; init; }

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
            (Symptom != Symptom.UnreadableEntries && StorageFailures == 0, "nothing failed in the storage, so the fault was none"),
            (Symptom == Symptom.UnreadableEntries && UnreadableKinds == 0, "every entry could be read, so the fault was none"),
            (Symptom == Symptom.AllFails && CircuitOpenedAfter is null, "the circuit did not open"),
            (WhileClosed.Max > StorageTimeout + Slack, $"a request took {WhileClosed.Max}, and the storage's timeout is {StorageTimeout}"),
            (WhileOpen.Max > Slack || WhileOpen.P99 >= StorageTimeout, $"a request took {WhileOpen.Max}, and one of a hundred {WhileOpen.P99}, while the circuit was open"),
            (Afterwards.Max > StorageTimeout + Slack, $"a request took {Afterwards.Max} after the fault, and the storage's timeout is {StorageTimeout}"),
            (BackAfter is not { } back || back > AgreedAfter + Back + Slack, $"the storage was back after {BackAfter?.ToString() ?? "more than the run"}"),
            (Unobserved > 0, $"{Unobserved} exceptions were not observed"),
            (LeakedConnections > 0, $"{LeakedConnections} connections are still open"),
        ]
        where problem.IsThere
        select $"{Storage}, {Fault}: {problem.Text}";

    /// <summary>The head of a table of reports.</summary>
    public static string Head =>
        "| storage | fault | requests | failed | wrong | hits | storage failures | unreadable kinds | healthy p99 / max ms | until the circuit opens, max ms | opens after s "
        + "| while open p99 / max ms | afterwards p99 / max ms | servers agree after s | back after s | unobserved | connections | leaked |" + Environment.NewLine
        + "|---|---|" + string.Concat(Enumerable.Repeat("--:|", 16));

    /// <summary>The report as a line of that table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Storage} | {Fault} | {Requests:N0} | {Failed} | {Wrong} | {Hits:N0} | {StorageFailures:N0} | {UnreadableKinds} | {Healthy} | {WhileClosed.Max.TotalMilliseconds:F0} | {Seconds(CircuitOpenedAfter)} | {WhileOpen} | {Afterwards} | {Seconds(AgreedAfter)} | {Seconds(BackAfter)} | {Unobserved} | {(ConnectionsBefore is { } before ? $"{before} to " : "")}{ConnectionsAfter} | {LeakedConnections} |");

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) : "-";
}
