using Cacheme.Invalidation;
using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>What passes between this process' cache of a node and those of other processes. Does nothing where the chain has no bus.</summary>
internal sealed class NodeInvalidations<TNode, TValue> : IInvalidationTarget
    where TNode : notnull
{
    private const int MostRemembered = 100_000;

    // Another process hears of an invalidation within its lag, and its loads that began before end within a storage's timeout.
    private static readonly long RememberedFor = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;
    private static readonly long LongestGap = (long)InvalidationBus.LongestGap.TotalMilliseconds;

    private readonly NodeContext<TNode, TValue> _context;
    private readonly InvalidationBus? _bus;
    private readonly RecentInvalidations _invalidated = new(MostRemembered);
    private readonly LateWrites<TNode, TValue>? _late;
    private readonly Unremoved<TNode, TValue>? _unremoved;
    private readonly OwnTiers<TNode, TValue> _own;
    private int _replacing;

    public NodeInvalidations(NodeContext<TNode, TValue> context)
    {
        _context = context;
        _bus = context.Definition.Bus;
        _own = new OwnTiers<TNode, TValue>(context);
        _late = _bus is null ? null : new LateWrites<TNode, TValue>(context, this);
        _unremoved = _bus is null ? null : new Unremoved<TNode, TValue>(context, _bus);
        LongestLife = context.Definition.RemoteTiers.Any(static tier => tier.LongestLife is null) ? null
            : context.Definition.RemoteTiers.Select(static tier => tier.LongestLife).Max();
        _bus?.Add(this);
    }

    public string Node => _context.Definition.Owner;

    public bool HasTags => _context.Definition.Policy.HasTags;

    public TimeSpan? LongestLife { get; }

    public bool HasTiersOfItsOwn => _own.Any;

    public bool IsAtRest => _late?.IsAtRest != false && _unremoved?.IsAtRest != false && Volatile.Read(ref _replacing) == 0;

    public long Failures => _invalidated.Failures;

    /// <summary>The number of an invalidation that was in the log before now: a load that begins now knows it.</summary>
    public long Known => _bus?.Known ?? 0;

    /// <summary>The highest number that any invalidation has that returned before now, in whatever process: a value that is set now comes after it.</summary>
    public ValueTask<long> AskKnownAsync() => _bus?.AskKnownAsync() ?? new(0);

    /// <summary>Notes that a value goes to remote tiers. Before it is sent; under the lock of the key's slot.</summary>
    public void Wrote(string key, long known) => _late?.Add(key, known);

    /// <summary>Whether an entry of a remote tier came about before an invalidation that this process has heard of.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="tier">The tier's place among the remote ones.</param>
    /// <param name="found">The entry.</param>
    public bool IsStale(string key, int tier, FoundValue<TValue> found) =>
        _bus?.IsLost(found.Known) == true
        || _own.IsStale(tier, found.Known)
        || _invalidated.IsStale(key, found.Known, found.IsGiven)
        || _late?.IsStale(key, found.Known, found.IsGiven, found.Writer) == true
        || (found.Tags is not null && _bus?.IsStale(found.Tags, found.Known) == true);

    /// <summary>Begins an invalidation of this process. Under the lock of the key's slot; <see cref="TellInvalidatedAsync"/> ends it.</summary>
    public void Begin(string key)
    {
        if (_bus is not null)
        {
            _invalidated.Begin(key, _context.Clock.Now);
        }
    }

    /// <summary>Tells the other processes of keys that were removed from the remote tiers. Never fails.</summary>
    /// <param name="keys">The full keys, each begun before.</param>
    /// <param name="began">When the removal began, on the local clock.</param>
    /// <param name="failures">The storages in which it failed; it is tried again then, and told again.</param>
    /// <returns>These storages, and the one that carries the news if that failed.</returns>
    public async Task<IReadOnlyList<(string Storage, Exception Error)>> TellInvalidatedAsync(
        IReadOnlyCollection<string> keys, long began, IReadOnlyList<(string Storage, Exception Error)> failures)
    {
        if (_bus is null || keys.Count == 0)
        {
            return failures;
        }

        var sent = await TellAsync(_bus, InvalidationGroup.OfKeys(Node, keys), began, failures).ConfigureAwait(false);
        foreach (var key in keys)
        {
            _invalidated.End(key, sent.Error is null ? sent.Value : null, _context.Clock.Now);
        }

        return sent.Error is null || failures.Any(failure => failure.Storage == _bus.Storage) ? failures : [.. failures, (_bus.Storage, sent.Error)];
    }

    /// <summary>Tells the other processes of keys that get a new value in the remote tiers, when they have it. Never fails; what fails is tried again later.</summary>
    /// <param name="keys">The full keys.</param>
    /// <param name="limit">What the entries of the new values know; 0 where others must have known the record.</param>
    /// <param name="began">When the writing began, on the local clock.</param>
    /// <param name="sent">Ends when they have them, with the storages in which that failed.</param>
    public async Task TellReplacedAsync(
        IReadOnlyCollection<string> keys, KnownLimit limit, long began, Task<IReadOnlyList<(string Storage, Exception Error)>> sent)
    {
        if (_bus is not null && keys.Count > 0)
        {
            Interlocked.Increment(ref _replacing);
            Note(keys, limit, failures: 0);
            var group = InvalidationGroup.OfKeys(Node, keys) with { Limit = limit };
            var told = await TellAsync(_bus, group, began, await sent.ConfigureAwait(false)).ConfigureAwait(false);
            if (told.Error is null)
            {
                Note(keys, group.LimitIn(told.Value), failures: 0);
            }

            Interlocked.Decrement(ref _replacing);
        }
    }

    /// <summary>Tells the other processes of keys that had an old value in the remote tiers. Never fails; what fails is tried again later.</summary>
    public Task TellRepairedAsync(InvalidationGroup group, long began, IReadOnlyList<(string Storage, Exception Error)> failures) =>
        TellAsync(_bus!, group, began, failures); // Not null: only a bus has something repaired.

    public async Task BeginAsync(long first, long last, bool forgets)
    {
        _own.RaiseFloor(first);
        if (forgets)
        {
            DropLocal();
            // What was written while the log was out of reach may have come behind somebody's invalidation.
            _late?.DoubtAll(last);
        }

        await _own.RemovedAsync().ConfigureAwait(false);
    }

    public void ReceiveFormer(InvalidationGroup group, long number)
    {
        switch (group.Scope)
        {
            case InvalidationScope.Node:
                _invalidated.AddAll(group.LimitIn(number), failures: 0);
                break;
            case InvalidationScope.Memory:
                _own.RaiseFloor(number);
                break;
            default:
                // From the carrier's tier and those behind it whoever invalidated them has removed them.
                _own.Remove(group.Names);
                break;
        }
    }

    public void Receive(InvalidationGroup group, long number)
    {
        if (group.Scope == InvalidationScope.Keys)
        {
            Receive(group.Names, group.CauseIn(number), group.LimitIn(number));
            _context.Counters.InvalidateByOthers(group.Names.Count);
            return;
        }

        // Of the carrier's tier most entries are good: nobody has invalidated them, or they were removed.
        _own.RaiseFloor(number);
        if (group.Scope == InvalidationScope.Node)
        {
            _invalidated.AddAll(group.LimitIn(number), failures: 0);
        }

        var dropped = DropLocal();
        if (group.Scope == InvalidationScope.Node)
        {
            // What is dropped because nobody knows what was invalidated is none.
            _context.Counters.InvalidateByOthers(dropped);
        }

        // Behind the drop: a load that ends before it has written, and one that ends after it does not write.
        _late?.DoubtAll(number);
    }

    public async Task SendAgainAsync(InvalidationGroup group, long failures)
    {
        // Only the bus calls, so there is one. Told first: as long as nobody can be told, nothing is gained by removing it again.
        var told = await _bus!.SendAsync(group).ConfigureAwait(false);
        if (told.Error is not null)
        {
            _bus.SendLater(group);
            return;
        }

        var sent = group.Names.Count == 0 ? told : await RemoveAgainAsync(_bus, group).ConfigureAwait(false);
        if (sent.Error is not null)
        {
            return;
        }

        if (group.Scope == InvalidationScope.Node)
        {
            _invalidated.AddAll(KnownLimit.Of(sent.Value), failures);
        }

        Note(group.Names, KnownLimit.Of(sent.Value), failures);
        _invalidated.AllTold(sent.Value, failures, _context.Clock.Now);
    }

    public void CaughtUp(long began)
    {
        // Who has written behind it, and has ended before it heard of it, cannot look for that itself.
        foreach (var (key, limit) in _invalidated.Forget(began - RememberedFor))
        {
            _late?.Look(key, limit);
        }

        _late?.CaughtUp(began);
        _unremoved?.Look();
    }

    private async Task<Guarded<long>> RemoveAgainAsync(InvalidationBus bus, InvalidationGroup group)
    {
        var began = _context.Clock.Now;
        var writeBack = _context.BeginWriteBack();
        foreach (var key in group.Names)
        {
            _context.Flights.Exclusively(key, () => writeBack.AddRemoval(key));
        }

        return await TellAsync(bus, group, began, await writeBack.SendAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private void Receive(IReadOnlyCollection<string> keys, long cause, KnownLimit limit)
    {
        var writeBack = _context.BeginWriteBack();
        foreach (var key in keys)
        {
            _context.Flights.Supersede(key, () =>
            {
                _context.Local.Remove(key, EvictionReason.Invalidated);
                _invalidated.Add(key, limit, failures: 0, isOwn: false, _context.Clock.Now);
                _late?.Add(key, new Doubt(cause, limit));
                _own.AddRemoval(writeBack, key);
            });
        }

        // Owned by the lanes of its keys.
        _ = writeBack.SendAsync();
    }

    private int DropLocal()
    {
        var count = 0;
        foreach (var key in _context.Flights.Keys.Union(_context.Local.Keys))
        {
            count++;
            _context.Flights.Supersede(key, () => _context.Local.Remove(key, EvictionReason.Invalidated));
        }

        return count;
    }

    private void Note(IReadOnlyCollection<string> keys, KnownLimit limit, long failures)
    {
        foreach (var key in keys)
        {
            _invalidated.Add(key, limit, failures, isOwn: true, _context.Clock.Now);
        }
    }

    private async Task<Guarded<long>> TellAsync(
        InvalidationBus bus, InvalidationGroup group, long began, IReadOnlyList<(string Storage, Exception Error)> failures)
    {
        var sent = await bus.SendAsync(group).ConfigureAwait(false);
        var isLate = _context.Clock.Now - began > LongestGap;
        if (sent.Error is null && failures.Count > 0)
        {
            _unremoved!.Add(group with { Cause = group.CauseIn(sent.Value), Limit = group.LimitIn(sent.Value) }, isLate); // Not null: there is a bus.
        }
        else if (sent.Error is not null || isLate)
        {
            bus.SendLater(group);
        }

        return sent;
    }
}
