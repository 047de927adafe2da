using Cacheme.Serialization;

namespace Cacheme.Nodes;

/// <summary>What a node says of itself, before names are resolved.</summary>
internal sealed record NodePolicy
{
    public string? Name { get; init; }

    public string Version { get; init; } = "";

    public IReadOnlyList<NodeTierPolicy> Tiers { get; init; } = [];

    public ICacheSerializer? Serializer { get; init; }

    public DoorKeeperPolicy? DoorKeeper { get; init; }

    public bool CachesNull { get; init; }

    public TimeSpan? NullTimeToLive { get; init; }

    public bool CopiesValues { get; init; }

    /// <summary>Whether a get of a face that cannot load fails where a storage could not be asked.</summary>
    public bool ThrowsWhenUnreachable { get; init; }

    /// <summary>The tags of every value.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Computes the tags of a value: a function of the node, or of the node and the value.</summary>
    public Delegate? ComputedTags { get; init; }

    public bool HasTags => Tags.Count > 0 || ComputedTags is not null;

    /// <summary>How long a load waits for that of another process; null where it does not.</summary>
    public TimeSpan? LongestWaitForOthers { get; init; }

    /// <summary>The largest payload in bytes; null where nothing is said.</summary>
    public int? MaxPayload { get; init; }

    /// <summary>What stands before each key of a face that has a key space of its own; its callers say the times to live and the tags. Null for a node.</summary>
    public string? Space { get; init; }

    public int LoadConcurrency { get; init; } = 16;
}
