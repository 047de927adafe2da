namespace Cacheme;

/// <summary>Which entry a full local storage lets go.</summary>
public enum EvictionPolicy
{
    /// <summary>The one not used for longest (a pseudo-LRU with a hot, a warm and a cold queue). The cheapest hit.</summary>
    Lru,

    /// <summary>W-TinyLFU: the one that is used least often, with a window for what is new. The best hit ratio on most streams.</summary>
    TinyLfu,
}
