namespace Cacheme.Invalidation;

/// <summary>Keys of one node that were changed together, or tags that were removed together.</summary>
/// <param name="Node">The node's name; empty where the keys are tags.</param>
/// <param name="Keys">The full keys; empty for every key of the node.</param>
internal sealed record InvalidationGroup(string Node, IReadOnlyCollection<string> Keys)
{
    /// <summary>The number of the record that this one repairs after; 0 for its own: a load that does not know it may have written what is old.</summary>
    public long Cause { get; init; }

    /// <summary>What the load of an entry must have known for the entry to be read; 0 for the cause.</summary>
    /// <remarks>After a set or a refresh it is what that knew itself, since its own entry shall be read.</remarks>
    public long Stale { get; init; }

    /// <summary>Whether the keys are tags.</summary>
    public bool IsOfTags => Node.Length == 0;

    /// <summary>Whether every key of the node is meant.</summary>
    public bool IsWholeNode => Keys.Count == 0;
}
