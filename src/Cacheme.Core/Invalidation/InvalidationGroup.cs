namespace Cacheme.Invalidation;

/// <summary>Keys of one node that were changed together, or tags that were removed together.</summary>
/// <param name="Scope">What it speaks of.</param>
/// <param name="Node">The node's name; empty for tags.</param>
/// <param name="Names">The full keys or the tags; empty where the scope is all of them.</param>
internal sealed record InvalidationGroup(InvalidationScope Scope, string Node, IReadOnlyCollection<string> Names)
{
    /// <summary>The record that it repairs after; 0 for its own: who loaded without knowing it may have written what is old.</summary>
    /// <remarks>So what was loaded since is not taken for old: two processes would remove each other's fresh entries in turns.</remarks>
    public long Cause { get; init; }

    /// <summary>What entries must have known to be read; 0 for the cause.</summary>
    /// <remarks>After a set or a refresh it is what that knew itself, since its own entry shall be read.</remarks>
    public KnownLimit Limit { get; init; }

    /// <summary>Whether it speaks of tags.</summary>
    public bool IsOfTags => Scope is InvalidationScope.Tags or InvalidationScope.AllTags;

    public static InvalidationGroup OfKeys(string node, IReadOnlyCollection<string> keys) => new(InvalidationScope.Keys, node, keys);

    public static InvalidationGroup OfTags(IReadOnlyCollection<string> tags) => new(InvalidationScope.Tags, "", tags);

    /// <summary>The cause, in a record of that number.</summary>
    public long CauseIn(long number) => Cause == 0 ? number : Cause;

    /// <summary>The limit, in a record of that number.</summary>
    public KnownLimit LimitIn(long number) => new(Limit.Loaded == 0 ? CauseIn(number) : Limit.Loaded, Limit.Given == 0 ? CauseIn(number) : Limit.Given);
}
