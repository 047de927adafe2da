namespace Cacheme.Telemetry;

/// <summary>What a remote storage is asked for, as the meter and the log name it.</summary>
internal enum StoreOperation
{
    /// <summary>Values are read.</summary>
    Get,

    /// <summary>Values are written.</summary>
    Set,

    /// <summary>Values are removed.</summary>
    Remove,

    /// <summary>Lives are prolonged.</summary>
    Prolong,

    /// <summary>It is asked whether it answers.</summary>
    Probe,

    /// <summary>It is connected to.</summary>
    Connect,

    /// <summary>A record is appended to the log of invalidations.</summary>
    LogAppend,

    /// <summary>The log of invalidations is read.</summary>
    LogRead,

    /// <summary>The right to load is asked for.</summary>
    LeaseTake,

    /// <summary>The right to load is kept for longer.</summary>
    LeaseExtend,

    /// <summary>The right to load is given back.</summary>
    LeaseRelease,
}
