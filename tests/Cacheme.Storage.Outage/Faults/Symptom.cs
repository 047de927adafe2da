namespace Cacheme.Storage.Outage.Faults;

/// <summary>By what a fault is noticed.</summary>
public enum Symptom
{
    /// <summary>Every operation fails, so that the circuit opens.</summary>
    AllFails,

    /// <summary>Some operations fail: the circuit may open, or the share of what fails is too small for it.</summary>
    SomeFails,

    /// <summary>Operations succeed, and entries are found that cannot be read.</summary>
    UnreadableEntries,
}
