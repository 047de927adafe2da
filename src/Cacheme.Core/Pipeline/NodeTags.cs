using Cacheme.Nodes;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Pipeline;

/// <summary>The tags of a node's values: those that its policy names, and those that it computes. Thread-safe if what computes them is.</summary>
internal sealed class NodeTags<TNode, TValue>
{
    private readonly NodeDefinition _definition;
    private readonly ILogger _logger;
    private readonly string[] _fixed;
    private readonly Func<TNode, TValue, IEnumerable<string>>? _computed;

    public NodeTags(NodeDefinition definition, ILogger logger)
    {
        _definition = definition;
        _logger = logger;
        _fixed = [.. definition.Policy.Tags.Distinct(StringComparer.Ordinal)];
        _computed = definition.Policy.ComputedTags switch
        {
            Func<TNode, IEnumerable<string>> ofNode => (node, _) => ofNode(node),
            var ofValue => (Func<TNode, TValue, IEnumerable<string>>?)ofValue, // The builder has checked its type.
        };
    }

    /// <summary>Whether what computes the tags takes these nodes and values.</summary>
    public static bool Fits(Delegate? computed) =>
        computed is null or Func<TNode, IEnumerable<string>> or Func<TNode, TValue, IEnumerable<string>>;

    /// <summary>Finds the tags of a value. False when that fails, which is logged; the value cannot be stored then.</summary>
    public bool TryFind(TNode node, TValue value, out string[]? tags)
    {
        try
        {
            tags = Find(node, value);
            return true;
        }
        catch (Exception error)
        {
            Log.TagsFailed(_logger, _definition.Name, error);
            tags = null;
            return false;
        }
    }

    /// <summary>Finds the tags of a value; null for none.</summary>
    /// <exception cref="InvalidOperationException">A tag is not allowed, or there are too many.</exception>
    public string[]? Find(TNode node, TValue value)
    {
        if (_computed is null)
        {
            return _fixed.Length == 0 ? null : _fixed;
        }

        var computed = _computed(node, value) ?? [];
        // Mostly there is one; then none is there twice.
        string[] tags = _fixed.Length == 0 && computed is string[] { Length: 1 } only ? only : [.. _fixed.Concat(computed).Distinct(StringComparer.Ordinal)];
        foreach (var tag in tags)
        {
            if (Tag.FaultOf(tag) is { } fault)
            {
                throw new InvalidOperationException($"A tag that node '{_definition.Name}' computes {fault}");
            }
        }

        return tags.Length switch
        {
            0 => null,
            > Tag.MostOfOne => throw new InvalidOperationException($"Node '{_definition.Name}' computes {tags.Length} tags for one value; {Tag.MostOfOne} are allowed."),
            _ => tags,
        };
    }
}
