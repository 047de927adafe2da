using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>Makes the caches of nodes, from their policies and what appsettings say over them.</summary>
internal sealed class NodeBuilder(
    NodeResolver resolver,
    Func<string, NodePolicy, ICollection<string>, NodePolicy> overrides,
    CacheClock clock,
    IServiceScopeFactory scopes,
    CachemeMeter meter,
    ILogger logger)
{
    /// <summary>Makes the cache of a node; null when there is a fault.</summary>
    public NodeCache<TNode, TValue>? Build<TNode, TValue>(NodePolicy policy, NodeShape<TNode, TValue> shape, ICollection<string> faults)
        where TNode : notnull
    {
        var name = policy.Name ?? NodeName.Of(typeof(TNode));
        if (!NodeTags<TNode, TValue>.Fits(policy.ComputedTags))
        {
            faults.Add($"Node '{name}' computes its tags from other types than its own: give .Tags(...) a function of {typeof(TNode).Name}, or of {typeof(TNode).Name} and {typeof(TValue).Name}.");
            return null;
        }

        var definition = resolver.Resolve(name, typeof(TNode), typeof(TValue), overrides(name, policy, faults), faults);
        return definition is null ? null : new NodeCache<TNode, TValue>(definition, shape, clock, scopes, meter, logger);
    }

    /// <summary>Makes the cache of a node that has no class.</summary>
    /// <exception cref="CachemeSetupException">The policy is wrong.</exception>
    public ValueCache<TValue> BuildDynamic<TValue>(string name, Action<NodePolicyBuilder> configure)
    {
        var policy = new NodePolicyBuilder();
        configure(policy);
        var faults = new List<string>();
        var cache = Build(policy.Build() with { Name = name }, new ClassNodeShape<DynamicNode<TValue>, TValue>(), faults);
        return cache is null ? throw new CachemeSetupException(string.Join(" ", faults)) : new ClassNodeCache<DynamicNode<TValue>, TValue>(cache);
    }
}
