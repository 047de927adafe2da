using Cacheme.Admission;
using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Nodes;

/// <summary>Turns policies into definitions, and says everything that is wrong with them.</summary>
internal sealed class NodeResolver(NodeStorages storages, string prefix, int maxKeyBytes, CachemeMeter meter)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Resolves a policy.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="nodeType">Its type.</param>
    /// <param name="valueType">The type of its value.</param>
    /// <param name="policy">What it says, with what appsettings say over it.</param>
    /// <param name="faults">Gets a sentence for each fault: the node, the storage, the cure.</param>
    /// <param name="shared">The counters of another face of the same name; null to make some.</param>
    /// <returns>Null when there is a fault.</returns>
    public NodeDefinition? Resolve(string name, Type nodeType, Type valueType, NodePolicy policy, ICollection<string> faults, NodeCounters? shared = null)
    {
        var before = faults.Count;
        Check(name, policy, faults);
        if (faults.Count > before)
        {
            return null;
        }

        var (bus, busTier) = BusOf(policy);
        return new NodeDefinition
        {
            Name = name,
            NodeType = nodeType,
            ValueType = valueType,
            Policy = policy,
            Keys = new KeyFormat(name, policy.Space is { } space ? $"{prefix}:{space}" : prefix, policy.Version, maxKeyBytes),
            LocalTiers =
            [
                .. policy.Tiers.Where(tier => storages.Local.ContainsKey(tier.Storage))
                    .Select(tier => new LocalTier(storages.Local[tier.Storage], tier.TimeToLive)),
            ],
            RemoteTiers =
            [
                .. policy.Tiers.Where(tier => storages.Remote.ContainsKey(tier.Storage))
                    .Select(tier => new RemoteTier(storages.Remote[tier.Storage], tier.TimeToLive, policy.Space is null ? tier.TimeToLive : null)),
            ],
            RemovedTags = storages.RemovedTags,
            Bus = bus,
            BusTier = busTier,
            Serializer = policy.Serializer ?? CacheSerializers.MessagePack,
            DoorKeeper = policy.DoorKeeper is { } keeper ? new DoorKeeper(keeper.Capacity, keeper.FalsePositiveRate) : null,
            Counters = shared ?? CountersOf(name, policy),
        };
    }

    private NodeCounters CountersOf(string name, NodePolicy policy)
    {
        var counters = new NodeCounters(name, [.. policy.Tiers.Select(tier => tier.Storage)], meter);
        meter.Add(counters);
        return counters;
    }

    // The nearest that pushes, or else the farthest: what stands before it may be the machine's own.
    private (InvalidationBus? Bus, int Tier) BusOf(NodePolicy policy)
    {
        var remote = policy.Tiers.Where(tier => storages.Remote.ContainsKey(tier.Storage)).ToList();
        var carriers = remote.Select((tier, place) => (Bus: storages.Buses.GetValueOrDefault(tier.Storage), Place: place)).Where(carrier => carrier.Bus is not null).ToList();
        var isNeeded = policy.HasTags || remote.Count < policy.Tiers.Count;
        return !isNeeded || carriers.Count == 0
            ? (null, 0)
            : carriers.Find(static carrier => carrier.Bus!.Pushes) is { Bus: not null } pushing ? pushing : carriers[^1]; // Not null: they were filtered.
    }

    private void Check(string name, NodePolicy policy, ICollection<string> faults)
    {
        if (policy.Tiers.Count == 0)
        {
            faults.Add($"Node '{name}' has no cache: name at least one storage in its policy with .Cache(\"...\"); {storages.Names}.");
        }

        if (policy.NullTimeToLive <= TimeSpan.Zero)
        {
            faults.Add($"Node '{name}' caches null for {policy.NullTimeToLive}: give .CacheNull(...) a ttl over zero, or none for the tiers' own.");
        }

        foreach (var tag in policy.Tags.Where(static tag => Tag.FaultOf(tag) is not null))
        {
            faults.Add($"A tag of node '{name}' {Tag.FaultOf(tag)}");
        }

        if (policy.Tags.Count > Tag.MostOfOne)
        {
            faults.Add($"Node '{name}' has {policy.Tags.Count} tags; {Tag.MostOfOne} are allowed.");
        }

        var carriers = policy.Tiers.Where(tier => storages.Remote.ContainsKey(tier.Storage)).ToList();
        if (policy.HasTags && carriers.Count > 0 && !carriers.Exists(tier => storages.Buses.ContainsKey(tier.Storage)))
        {
            faults.Add(policy.Space is null
                ? $"Node '{name}' has tags, and its storage '{carriers[0].Storage}' cannot tell other processes of their removal: put a storage that carries invalidations into its chain, or take the tags out."
                : $"The cache '{name}' removes by tag, and its storage '{carriers[0].Storage}' cannot tell other processes of that: put a storage that carries invalidations into its chain, or leave it with local ones.");
        }

        if (policy.LongestWaitForOthers is { } wait)
        {
            if (policy.DoorKeeper is not null)
            {
                faults.Add($"Node '{name}' has a doorkeeper and loads once across processes: what the doorkeeper does not let in no other process can read, so each would load in its turn. Take one of the two out.");
            }

            if (wait <= TimeSpan.Zero || wait > LongestWait)
            {
                faults.Add($"Node '{name}' waits {wait} for a load of another process: give .LoadOnceAcrossProcesses(...) a time over zero, of {LongestWait} at most.");
            }

            if (!carriers.Exists(tier => storages.Remote[tier.Storage].Leases is not null))
            {
                faults.Add($"Node '{name}' loads once across processes, and none of its storages has leases: put one into its chain that has, such as Redis or a database, or take .LoadOnceAcrossProcesses() out.");
            }
        }

        var lastRemote = default(string);
        foreach (var (tier, place) in policy.Tiers.Select((tier, place) => (tier, place)))
        {
            var isLocal = storages.Local.ContainsKey(tier.Storage);
            if (!isLocal && !storages.Remote.ContainsKey(tier.Storage))
            {
                faults.Add($"Node '{name}' names the storage '{tier.Storage}', which is not registered; {storages.Names}. Add it with AddLocal, AddStorage or a package's method.");
            }
            else if (isLocal && lastRemote is not null)
            {
                faults.Add($"Node '{name}' asks the remote storage '{lastRemote}' before the local '{tier.Storage}': put the local one first.");
            }

            if (tier.TimeToLive <= TimeSpan.Zero)
            {
                faults.Add($"Node '{name}' has a ttl of {tier.TimeToLive} in storage '{tier.Storage}': give one over zero, or none for no expiry.");
            }

            if (policy.Tiers.Take(place).Any(other => other.Storage == tier.Storage))
            {
                faults.Add($"Node '{name}' names the storage '{tier.Storage}' twice: name it once.");
            }

            lastRemote = isLocal ? lastRemote : tier.Storage;
        }
    }
}
