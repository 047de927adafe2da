namespace Cacheme.Invalidation;

/// <summary>Groups that are merged as they come: a key stands once, and too many keys of a node become all of it. Not thread-safe.</summary>
internal sealed class InvalidationGroups
{
    /// <summary>Over so many keys of a node, all of it is meant.</summary>
    public const int MostKeys = 100_000;

    private readonly Dictionary<(string Node, long Cause, long Stale), HashSet<string>?> _keys = [];

    public bool IsEmpty => _keys.Count == 0;

    public void Add(InvalidationGroup group)
    {
        var key = (group.Node, group.Cause, group.Stale);
        if (group.IsWholeNode)
        {
            _keys[key] = null;
            return;
        }

        if (!_keys.TryGetValue(key, out var keys))
        {
            _keys[key] = keys = new(StringComparer.Ordinal);
        }

        keys?.UnionWith(group.Keys);
        if (keys?.Count > MostKeys)
        {
            _keys[key] = null;
        }
    }

    /// <summary>The groups; it is empty afterwards.</summary>
    public IReadOnlyList<InvalidationGroup> Take()
    {
        IReadOnlyList<InvalidationGroup> groups =
            [.. _keys.Select(static pair =>
                new InvalidationGroup(pair.Key.Node, (IReadOnlyCollection<string>?)pair.Value ?? []) { Cause = pair.Key.Cause, Stale = pair.Key.Stale })];
        _keys.Clear();
        return groups;
    }
}
