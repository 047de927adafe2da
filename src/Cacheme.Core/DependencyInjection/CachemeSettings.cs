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

    public NodePolicy Apply(string node, NodePolicy policy)
    {
        if (!Nodes.TryGetValue(node, out var settings))
        {
            return policy;
        }

        var tiers = settings.Caches?.Select(tier => new NodeTierPolicy(tier.Storage ?? "", tier.Ttl)) ?? policy.Tiers;
        return policy with
        {
            Version = settings.Version ?? policy.Version,
            Tiers = [.. tiers.Select(tier => settings.Ttls?.TryGetValue(tier.Storage, out var ttl) == true ? tier with { TimeToLive = ttl } : tier)],
        };
    }
}
