using System.Collections.Concurrent;
using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cacheme.Hybrid;

/// <summary>The <see cref="HybridCache"/>s of a host, one for each name of a node or a policy, made when they are asked for. Thread-safe.</summary>
internal sealed class HybridCaches(
    NodeCaches nodes, NodeBuilder builder, TagInvalidations tagInvalidations, IServiceProvider services, IOptionsMonitor<HybridCacheOptions> options, CacheClock clock, ILogger logger)
{
    /// <summary>The name of the one that is asked for without a name.</summary>
    public const string DefaultName = "hybrid";

    private readonly ConcurrentDictionary<string, Lazy<HybridCache>> _caches = new(StringComparer.Ordinal);

    /// <summary>The cache over a node or a policy.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    /// <exception cref="CachemeSetupException">Its chain cannot serve a HybridCache.</exception>
    public HybridCache Of(string name) => _caches.GetOrAdd(name, name => new Lazy<HybridCache>(() => Make(name))).Value;

    private CachemeHybridCache Make(string name)
    {
        var named = nodes.Of(name);
        var isDefault = name == DefaultName;
        var ofName = isDefault ? options.CurrentValue : options.Get(name);
        var space = FaceSpace.Of(DefaultName, name);
        var local = named.Definition.LocalTiers.Select(static tier => tier.Storage.Name).ToHashSet(StringComparer.Ordinal);
        var policy = HybridPolicy.Of(named.Definition.Policy, isOfNode: named is not PolicyCache, space, ofName, local.Contains);
        var context = builder.BuildFace(
            name,
            policy,
            named.Definition.Counters,
            new HybridShape(),
            definition => new HybridValues(definition, clock, logger),
            new TextAliases<HybridNode, HybridItem>(static node => node.Text));
        return new CachemeHybridCache(context, CallsOf(context.Definition, named.Definition.Policy, ofName), tagInvalidations, logger);
    }

    private HybridCalls CallsOf(NodeDefinition definition, NodePolicy said, HybridCacheOptions ofName)
    {
        if (definition.Keys.LongestKey < StorableText.HashedLength)
        {
            throw new CachemeSetupException(
                $"HybridCache '{definition.Name}' has {definition.Keys.LongestKey} bytes for a key beside its prefix and version, and needs {StorableText.HashedLength}: raise MaxKeyLength, or shorten the prefix.");
        }

        var rules = new HybridRules(ofName.DefaultEntryOptions?.Flags ?? HybridCacheEntryFlags.None, HybridPolicy.LongestLife(definition.Policy));
        return new HybridCalls(
            new HybridKeys(ofName.MaximumKeyLength, definition.Keys.LongestKey),
            new HybridTags(definition.Owner),
            rules,
            new HybridTypes(definition, rules, new HybridSerializers(services, said.Serializer), clock, logger));
    }
}
