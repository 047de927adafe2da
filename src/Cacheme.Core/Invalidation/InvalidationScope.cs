namespace Cacheme.Invalidation;

/// <summary>What a group of a record speaks of. The numbers stand in records: they stay.</summary>
internal enum InvalidationScope : byte
{
    /// <summary>Keys of a node.</summary>
    Keys = 0,

    /// <summary>Every key of a node, in memory: there were too many to name them, and the storages are rid of them.</summary>
    Memory = 1,

    /// <summary>Every key of a node, in storages too: there were too many that could not be removed.</summary>
    Node = 2,

    /// <summary>Tags, of any node.</summary>
    Tags = 3,

    /// <summary>Every tag: there were too many to name them.</summary>
    AllTags = 4,
}
