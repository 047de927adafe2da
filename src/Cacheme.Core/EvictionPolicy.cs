namespace Cacheme;

/// <summary>Which entry a full local storage lets go.</summary>
public enum EvictionPolicy
{
    /// <summary>The one not used for longest, as near as one mark for each entry tells (CLOCK).</summary>
    Lru,

    /// <summary>The one that is not used again and again: frequency and recency, in shares that are learned. The best hit ratio on most streams.</summary>
    TinyLfu,
}
