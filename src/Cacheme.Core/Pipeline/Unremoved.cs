using Cacheme.Invalidation;

namespace Cacheme.Pipeline;

/// <summary>Keys that are told already and that a storage could not remove: when it has removed them, they are told once more.</summary>
/// <remarks>
/// Somebody may have read the old value there in between. The removal itself is tried again by the storage's lanes. What is told
/// the second time says the same as the first, so what was loaded since stays. Thread-safe; only the bus calls what looks.
/// </remarks>
/// <param name="context">The node's.</param>
/// <param name="bus">Tells the others.</param>
internal sealed class Unremoved<TNode, TValue>(NodeContext<TNode, TValue> context, InvalidationBus bus)
    where TNode : notnull
{
    // Not longer than a late write is looked for behind a removal.
    private static readonly long Pause = (long)TimeSpan.FromSeconds(1).TotalMilliseconds;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Awaited> _keys = new(StringComparer.Ordinal);
    private long _lookAgainAt = long.MinValue;
    private int _telling;

    /// <summary>Whether nothing is left to tell.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (_lock)
            {
                return _keys.Count == 0 && _telling == 0;
            }
        }
    }

    /// <summary>Keeps keys. Over a hundred thousand, all of the node is told later.</summary>
    /// <param name="group">The keys, with the cause and the limit that they were told with.</param>
    /// <param name="isLate">Whether too long passed between removal and record: those that were removed are to be removed again.</param>
    public void Add(InvalidationGroup group, bool isLate)
    {
        lock (_lock)
        {
            foreach (var key in group.Names)
            {
                var former = _keys.GetValueOrDefault(key);
                _keys[key] = new Awaited(Math.Max(former.Cause, group.Cause), former.Limit.And(group.Limit), former.IsLate || isLate);
            }

            if (_keys.Count <= InvalidationGroups.MostNames)
            {
                return;
            }

            _keys.Clear();
        }

        bus.SendLater(new InvalidationGroup(InvalidationScope.Node, group.Node, []));
    }

    /// <summary>Tells what has been removed. Does not wait.</summary>
    public void Look()
    {
        List<KeyValuePair<string, Awaited>> removed;
        lock (_lock)
        {
            if (_keys.Count == 0 || context.Clock.Now < _lookAgainAt)
            {
                return;
            }

            _lookAgainAt = context.Clock.Now + Pause;
            removed = [.. _keys.Where(pair => !context.Definition.RemoteTiers.Any(tier => tier.Storage.IsChanging(pair.Key)))];
            removed.ForEach(pair => _keys.Remove(pair.Key));
            _telling++;
        }

        // Owned by this instance. Never fails, since the storage answers with an error.
        _ = TellAsync(removed);
    }

    private async Task TellAsync(List<KeyValuePair<string, Awaited>> removed)
    {
        await Task.WhenAll(removed.GroupBy(static pair => pair.Value, static pair => pair.Key).Select(TellAsync)).ConfigureAwait(false);
        lock (_lock)
        {
            _telling--;
        }
    }

    private async Task TellAsync(IGrouping<Awaited, string> alike)
    {
        var group = InvalidationGroup.OfKeys(context.Definition.Owner, [.. alike]) with { Cause = alike.Key.Cause, Limit = alike.Key.Limit };
        if (alike.Key.IsLate)
        {
            bus.SendLater(group);
        }
        else if ((await bus.SendAsync(group).ConfigureAwait(false)).Error is not null)
        {
            Add(group, isLate: false);
        }
    }

    private readonly record struct Awaited(long Cause, KnownLimit Limit, bool IsLate);
}
