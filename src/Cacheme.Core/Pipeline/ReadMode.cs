namespace Cacheme.Pipeline;

/// <summary>Which steps of the read path a run takes.</summary>
internal enum ReadMode
{
    /// <summary>Look, load what is missing, write back.</summary>
    Get,

    /// <summary>Look, and leave it at that.</summary>
    TryGet,

    /// <summary>Load at once, and write over what is there.</summary>
    Refresh,
}
