using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Hybrid;

/// <summary>Turns the arguments of a cache's members into what the pipeline works with, and says what is wrong with them. Thread-safe.</summary>
internal sealed class HybridCalls(HybridKeys keys, HybridTags tags, HybridRules rules, HybridTypes types)
{
    /// <inheritdoc cref="HybridRules.FlagsOf"/>
    public HybridCacheEntryFlags FlagsOf(HybridCacheEntryOptions? options) => rules.FlagsOf(options);

    /// <inheritdoc cref="HybridKeys.FaultOf"/>
    public string? FaultOf(string? key) => keys.FaultOf(key);

    /// <summary>The node of a call that asks for a value, or gives one.</summary>
    /// <exception cref="ArgumentException">A tag is not allowed, or a time to live.</exception>
    public (HybridNode Node, HybridType<T> Type) Of<T>(string key, HybridCacheEntryOptions? options, IEnumerable<string>? entryTags)
    {
        var type = types.Of<T>();
        return (new HybridNode(key, keys.Of(key)) { Type = type, Rules = options is null ? type.Rules : rules.Of(options, typeof(T)), Tags = tags.OfEntry(entryTags) }, type);
    }

    /// <summary>The node of a call that removes a key.</summary>
    public HybridNode OfRemoval(string key) => new(key, keys.Of(key));

    /// <inheritdoc cref="HybridTags.OfRemoval"/>
    public IReadOnlyCollection<string> TagsOfRemoval(IEnumerable<string>? removed) => tags.OfRemoval(removed);
}
