using Cacheme.Nodes;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Hybrid;

/// <summary>A policy as a <see cref="HybridCache"/> has it: with the times and the limit that HybridCacheOptions say where it says none.</summary>
internal static class HybridPolicy
{
    // What stands before the bytes of a value is none of them.
    private const int HeaderLength = 1;

    private static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromMinutes(5);

    /// <summary>Makes it of what was said.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="isOfNode">Whether it is a node's, whose tiers without a ttl are meant to have none.</param>
    /// <param name="space">What stands before its keys and tags.</param>
    /// <param name="options">Microsoft's options of the same name.</param>
    /// <param name="isLocal">Whether a storage is in memory.</param>
    public static NodePolicy Of(NodePolicy policy, bool isOfNode, string space, HybridCacheOptions options, Func<string, bool> isLocal)
    {
        var remote = options.DefaultEntryOptions?.Expiration ?? (isOfNode ? default(TimeSpan?) : DefaultTimeToLive);
        var local = options.DefaultEntryOptions?.LocalCacheExpiration ?? remote;
        local = remote < local ? remote : local;
        return policy with
        {
            Space = space,
            Tiers = [.. policy.Tiers.Select(tier => tier with { TimeToLive = tier.TimeToLive ?? (isLocal(tier.Storage) ? local : remote) })],
            // The limits of the two differ where neither says one; who moves here has Microsoft's.
            MaxPayload = policy.MaxPayload ?? (int)Math.Clamp(options.MaximumPayloadBytes, 1, int.MaxValue - HeaderLength) + HeaderLength,
            // Null is a value like any other here, and callers get copies of what they could change, whatever a node says.
            CachesNull = true,
            NullTimeToLive = null,
            CopiesValues = false,
            Tags = [],
            ComputedTags = (HybridNode node) => (IEnumerable<string>)node.Tags,
        };
    }

    /// <summary>The longest time to live of its tiers; null for ever.</summary>
    public static TimeSpan? LongestLife(NodePolicy policy) =>
        policy.Tiers.Any(static tier => tier.TimeToLive is null) ? null : policy.Tiers.Max(static tier => tier.TimeToLive);
}
