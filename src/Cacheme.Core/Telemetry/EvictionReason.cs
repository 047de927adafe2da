namespace Cacheme.Telemetry;

/// <summary>Why an entry left a local storage.</summary>
internal enum EvictionReason
{
    /// <summary>The storage was full.</summary>
    Size,

    /// <summary>Its time to live had passed.</summary>
    Expired,

    /// <summary>It was invalidated.</summary>
    Invalidated,

    /// <summary>A newer value took its place.</summary>
    Replaced,
}
