using Cacheme.Local;
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
        return definition is null ? null : new NodeCache<TNode, TValue>(definition, shape, clock, scopes, logger);
    }

    /// <summary>Makes what the faces of a policy without a node share; null when there is a fault.</summary>
    public PolicyCache? BuildPolicy(string name, Action<NodePolicyBuilder> configure, ICollection<string> faults)
    {
        var policy = new NodePolicyBuilder();
        configure(policy);
        var definition = resolver.Resolve(name, typeof(object), typeof(object), overrides(name, policy.Build() with { Name = name }, faults), faults);
        return definition is null ? null : new PolicyCache(definition);
    }

    /// <summary>Makes what the steps of a face with keys and values of its own work with.</summary>
    /// <param name="name">The name of the node or policy that it is over.</param>
    /// <param name="policy">Its policy, with a key space of its own.</param>
    /// <param name="counters">The counters, shared by all faces of the name.</param>
    /// <param name="shape">How its key is called.</param>
    /// <param name="values">Makes what is asked of each call and its value.</param>
    /// <param name="texts">Its aliases by text.</param>
    /// <exception cref="CachemeSetupException">The policy cannot serve it.</exception>
    public NodeContext<TNode, TValue> BuildFace<TNode, TValue>(
        string name,
        NodePolicy policy,
        NodeCounters counters,
        NodeShape<TNode, TValue> shape,
        Func<NodeDefinition, NodeValues<TNode, TValue>> values,
        TextAliases<TNode, TValue> texts)
        where TNode : notnull
    {
        var faults = new List<string>();
        var definition = resolver.Resolve(name, typeof(TNode), typeof(TValue), policy, faults, counters);
        return definition is null
            ? throw new CachemeSetupException(string.Join(" ", faults))
            : new NodeContext<TNode, TValue>(definition, shape, values(definition), texts, clock, scopes, logger);
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
