using Cacheme.Admission;
using Cacheme.Invalidation;
using Cacheme.Serialization;
using Cacheme.Telemetry;

namespace Cacheme.Nodes;

/// <summary>A node with its names resolved: what the read path works with. Immutable but for what it counts and remembers.</summary>
internal sealed class NodeDefinition
{
    private const int DefaultMaxPayload = 4 * 1024 * 1024;
    private static readonly TimeSpan LongestJoinable = TimeSpan.FromMinutes(1);

    // In ticks, since a long is written whole; 0 before it was asked for.
    private long _joinableFor;

    public required string Name { get; init; }

    /// <summary>Whose its entries are, the same in every process: the node, or a face with keys of its own that shares the node's name.</summary>
    public string Owner => Policy.Space ?? Name;

    /// <summary>The largest payload in bytes.</summary>
    public int MaxPayload => Policy.MaxPayload ?? DefaultMaxPayload;

    public required Type NodeType { get; init; }

    public required Type ValueType { get; init; }

    public required NodePolicy Policy { get; init; }

    public required KeyFormat Keys { get; init; }

    /// <summary>The tiers in memory, nearest first. In counts of hits they come before the remote ones.</summary>
    public required IReadOnlyList<LocalTier> LocalTiers { get; init; }

    /// <summary>The tiers outside, nearest first.</summary>
    public required IReadOnlyList<RemoteTier> RemoteTiers { get; init; }

    /// <summary>The tags that were removed, of any node.</summary>
    public required RemovedTags RemovedTags { get; init; }

    /// <summary>What carries invalidations between processes; null where nothing does.</summary>
    public InvalidationBus? Bus { get; init; }

    /// <summary>The place of the bus' storage among the remote tiers.</summary>
    public int BusTier { get; init; }

    public required ICacheSerializer Serializer { get; init; }

    public required DoorKeeper? DoorKeeper { get; init; }

    public required NodeCounters Counters { get; init; }

    /// <summary>How long a value may be handed out by the flight that brought it, while its remote writes are under way.</summary>
    public TimeSpan JoinableFor
    {
        get
        {
            if (Volatile.Read(ref _joinableFor) == 0)
            {
                var shortest = Policy.Tiers.Select(tier => tier.TimeToLive).Append(Policy.NullTimeToLive).Append(LongestJoinable).Min() ?? LongestJoinable;
                Volatile.Write(ref _joinableFor, shortest.Ticks);
            }

            return TimeSpan.FromTicks(_joinableFor);
        }
    }

    /// <summary>How long a value may stay in the nearest tier; null for as long as there is room.</summary>
    public TimeSpan? NearestTimeToLive(bool isNull) =>
        TimeToLive(LocalTiers is [var local, ..] ? local.TimeToLive : RemoteTiers is [var remote, ..] ? remote.TimeToLive : null, isNull);

    public NodeInfo Describe() => new()
    {
        Name = Name,
        NodeType = NodeType,
        ValueType = ValueType,
        Version = Policy.Version,
        Tiers =
        [
            .. LocalTiers.Select(tier => new NodeTierInfo(tier.Storage.Name, IsLocal: true, tier.TimeToLive)),
            .. RemoteTiers.Select(tier => new NodeTierInfo(tier.Storage.Name, IsLocal: false, tier.TimeToLive)),
        ],
    };

    /// <summary>How long a value may stay in a tier.</summary>
    public TimeSpan? TimeToLive(TimeSpan? ofTier, bool isNull) =>
        isNull && Policy.NullTimeToLive is { } ofNull && (ofTier is null || ofNull < ofTier) ? ofNull : ofTier;
}
