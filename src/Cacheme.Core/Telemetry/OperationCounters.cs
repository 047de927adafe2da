namespace Cacheme.Telemetry;

/// <summary>How often a remote storage was asked for each thing, and how often that failed. Thread-safe.</summary>
internal sealed class OperationCounters
{
    private static readonly string[] Names =
        ["get", "set", "remove", "prolong", "probe", "connect", "log_append", "log_read", "lease_take", "lease_extend", "lease_release"];

    private readonly long[] _succeeded = new long[Names.Length];
    private readonly long[] _failed = new long[Names.Length];

    /// <summary>What the meter and the log call an operation.</summary>
    public static string NameOf(StoreOperation operation) => Names[(int)operation];

    /// <summary>Every operation with its counts.</summary>
    public IEnumerable<(string Name, long Succeeded, long Failed)> All =>
        Names.Select((name, i) => (name, Volatile.Read(ref _succeeded[i]), Volatile.Read(ref _failed[i])));

    public void Count(StoreOperation operation, bool failed) => Interlocked.Increment(ref (failed ? _failed : _succeeded)[(int)operation]);
}
