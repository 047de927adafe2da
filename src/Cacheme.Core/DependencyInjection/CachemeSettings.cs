using Cacheme.Nodes;

namespace Cacheme.DependencyInjection;

/// <summary>What <c>Cacheme</c> in appsettings may say. All of it goes over what the code says.</summary>
internal sealed class CachemeSettings
{
    public const string Section = "Cacheme";

    public string? Prefix { get; set; }

    public int? MaxKeyLength { get; set; }

    /// <summary>Addresses by storage name.</summary>
    public Dictionary<string, string> Storages { get; set; } = [];

    /// <summary>Policies by node name.</summary>
    public Dictionary<string, NodeSettings> Nodes { get; set; } = [];

    /// <summary>Puts what is said of a node over its policy.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="policy">What the node says itself.</param>
    /// <param name="faults">Gets a sentence for each setting that means nothing.</param>
    public NodePolicy Apply(string node, NodePolicy policy, ICollection<string> faults)
    {
        if (!Nodes.TryGetValue(node, out var settings))
        {
            return policy;
        }

        var chain = settings.Caches?.Select(tier => new NodeTierPolicy(tier.Storage ?? "", tier.Ttl)) ?? policy.Tiers;
        var tiers = chain.ToList();
        foreach (var storage in settings.Ttls?.Keys.Where(storage => !tiers.Exists(tier => tier.Storage == storage)) ?? [])
        {
            faults.Add($"The configuration gives node '{node}' a ttl in storage '{storage}', which is not among its caches: name one of them, or give the whole chain under Caches.");
        }

        return policy with
        {
            Version = settings.Version ?? policy.Version,
            Tiers = [.. tiers.Select(tier => settings.Ttls?.TryGetValue(tier.Storage, out var ttl) == true ? tier with { TimeToLive = ttl } : tier)],
        };
    }
}
