namespace Cacheme.Invalidation;

/// <summary>Groups that are merged as they come: a name stands once, and too many of one kind become all of it. Not thread-safe.</summary>
/// <param name="tooManyKeys">The scope that takes the place of too many keys.</param>
internal sealed class InvalidationGroups(InvalidationScope tooManyKeys)
{
    /// <summary>Over so many names of a group, all of its kind are meant.</summary>
    public const int MostNames = 100_000;

    private readonly Dictionary<(InvalidationScope Scope, string Node, long Cause, KnownLimit Limit), HashSet<string>> _names = [];

    public bool IsEmpty => _names.Count == 0;

    public void Add(InvalidationGroup group)
    {
        var kind = (group.Scope, group.Node, group.Cause, group.Limit);
        var all = group.Scope == InvalidationScope.Keys ? tooManyKeys : InvalidationScope.AllTags;
        if (_names.ContainsKey((all, group.Node, 0, default)))
        {
            return;
        }

        if (!_names.TryGetValue(kind, out var names))
        {
            _names[kind] = names = new(StringComparer.Ordinal);
        }

        names.UnionWith(group.Names);
        if (names.Count > MostNames)
        {
            _names.Remove(kind);
            _names[(all, group.Node, 0, default)] = [];
        }
    }

    /// <summary>The groups; it is empty afterwards.</summary>
    public IReadOnlyList<InvalidationGroup> Take()
    {
        IReadOnlyList<InvalidationGroup> groups =
            [.. _names.Select(static pair => new InvalidationGroup(pair.Key.Scope, pair.Key.Node, pair.Value) { Cause = pair.Key.Cause, Limit = pair.Key.Limit })];
        _names.Clear();
        return groups;
    }
}
