using System.Collections.Concurrent;
using Cacheme.Nodes;
using Microsoft.Extensions.Logging;

namespace Cacheme.Hybrid;

/// <summary>What a cache knows of the types that it was asked for. Thread-safe.</summary>
internal sealed class HybridTypes(NodeDefinition definition, HybridRules rules, HybridSerializers serializers, CacheClock clock, ILogger logger)
{
    private readonly ConcurrentDictionary<Type, HybridType> _types = [];

    // Two threads may make one at once; one of them stays.
    public HybridType<T> Of<T>() => (HybridType<T>)(_types.TryGetValue(typeof(T), out var known)
        ? known
        : _types.GetOrAdd(typeof(T), new HybridType<T>(definition, rules.Of(null, typeof(T)), serializers.Of<T>(), clock, logger)));
}
