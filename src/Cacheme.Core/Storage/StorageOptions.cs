namespace Cacheme.Storage;

/// <summary>How much a remote storage may cost before it is left alone.</summary>
public sealed class StorageOptions
{
    /// <summary>The longest one operation is waited for. Default: one second.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many failures in a row open the circuit. Default: 5.</summary>
    /// <remarks>Where successes come between, <see cref="FailureRatio"/> decides, when as many operations as this were tried.</remarks>
    public int FailuresBeforeBreak { get; set; } = 5;

    /// <summary>The share of operations within <see cref="FailureWindow"/> that must fail for the circuit to open. Default: 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>The window in which failures are counted. Default: 10 seconds.</summary>
    public TimeSpan FailureWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the circuit has opened, or a probe has failed, the next probe begins. Default: 2 seconds.</summary>
    /// <remarks>
    /// While the circuit is open every caller is answered at once, as if the storage had nothing. Only a probe in the
    /// background asks the storage: it reads one key, within <see cref="Timeout"/>. The first that succeeds closes the circuit,
    /// so a storage that works again is used after this time, the timeout and that read at the latest.
    /// </remarks>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many removals that failed are kept for another attempt. Default: 100,000.</summary>
    /// <remarks>Over it, this process stops reading from the storage until it is safe again, for it can no longer say which keys are stale.</remarks>
    public int MaxPendingRemovals { get; set; } = 100_000;

    /// <summary>Whether the storage may carry the invalidations of one process to the local tiers of the others. Default: true.</summary>
    /// <remarks>
    /// It does for nodes that have a local tier before it, where it can. Each process then reads its log at every
    /// <see cref="InvalidationInterval"/>, and appends a record for every set, refresh and invalidation of these nodes.
    /// </remarks>
    public bool CarriesInvalidations { get; set; } = true;

    /// <summary>How often the log of invalidations is read; where the storage pushes them, this is for what got lost on the way. Default: one second.</summary>
    /// <remarks>Also the measure of a storm: a process that is woken all the time looks a hundred times in this span, and no more often.</remarks>
    public TimeSpan InvalidationInterval { get; set; } = TimeSpan.FromSeconds(1);
}
