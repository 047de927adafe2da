namespace Cacheme.Telemetry;

/// <summary>What the meter reads of a remote storage.</summary>
internal interface IObservedStorage
{
    string Name { get; }

    /// <summary>Whether its circuit is open.</summary>
    bool IsCutOff { get; }

    /// <summary>Keys whose removals wait for it.</summary>
    int PendingRemovals { get; }

    OperationCounters Operations { get; }
}
