using Cacheme.Invalidation;
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
    private readonly RecentWrites _written;

    public NodeInvalidations(NodeContext<TNode, TValue> context)
    {
        _context = context;
        _bus = context.Definition.Bus;
        _written = new RecentWrites(MostRemembered, key => context.Definition.RemoteTiers.Any(tier => tier.Storage.IsChanging(key)));
        LongestLife = context.Definition.RemoteTiers.Any(static tier => tier.TimeToLive is null) ? null
            : context.Definition.RemoteTiers.Select(static tier => tier.TimeToLive).Max();
        _bus?.Add(this);
    }

    public string Node => _context.Definition.Name;

    public bool HasTags => _context.Definition.Policy.HasTags;

    public TimeSpan? LongestLife { get; }

    /// <summary>The number of an invalidation that was in the log before now: a load that begins now knows it.</summary>
    public long Known => _bus?.Known ?? 0;

    /// <summary>Notes that a value goes to remote tiers. Before it is sent; under the lock of the key's slot.</summary>
    public void Wrote(string key, FoundValue<TValue> value)
    {
        if (_bus is not null)
        {
            _written.Add(key, value.Known, value.IsGiven, _context.Clock.Now);
        }
    }

    /// <summary>Whether an entry of a remote tier was loaded before an invalidation that this process has heard of.</summary>
    public bool IsStale(string key, long known, IReadOnlyList<string>? tags) =>
        _invalidated.IsStale(key, known) || (tags is not null && _bus?.IsStale(tags, known) == true);

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
        if (_bus is null)
        {
            return failures;
        }

        var sent = await SendAsync(_bus, new InvalidationGroup(Node, keys), began, failures).ConfigureAwait(false);
        foreach (var key in keys)
        {
            _invalidated.End(key, sent.Error is null ? sent.Value : null, _context.Clock.Now);
        }

        return sent.Error is null || failures.Any(failure => failure.Storage == _bus.Storage) ? failures : [.. failures, (_bus.Storage, sent.Error)];
    }

    /// <summary>Tells the other processes of keys that have a new value in the remote tiers. Never fails; what fails is tried again later.</summary>
    /// <param name="keys">The full keys.</param>
    /// <param name="known">What the new value knew.</param>
    /// <param name="began">When the writing began, on the local clock.</param>
    /// <param name="failures">The storages in which it failed.</param>
    public async Task TellReplacedAsync(
        IReadOnlyCollection<string> keys, long known, long began, IReadOnlyList<(string Storage, Exception Error)> failures)
    {
        if (_bus is not null)
        {
            Note(keys, known, failures: 0);
            await SendAsync(_bus, new InvalidationGroup(Node, keys) { Stale = Math.Max(1, known) }, began, failures).ConfigureAwait(false);
        }
    }

    public void Forget()
    {
        foreach (var key in _context.Flights.Keys.Union(_context.Local.Keys))
        {
            _context.Flights.Supersede(key, () => _context.Local.Remove(key, EvictionReason.Invalidated));
        }
    }

    public void Receive(IReadOnlyCollection<string> keys, long cause, long stale)
    {
        var isAll = keys.Count == 0;
        var rewritten = isAll ? _written.TakeAll() : [];
        var received = isAll ? rewritten.Union(_context.Flights.Keys).Union(_context.Local.Keys) : keys;
        var repaired = new HashSet<string>(rewritten, StringComparer.Ordinal);
        var writeBack = _context.BeginWriteBack();
        var count = 0;
        foreach (var key in received)
        {
            count++;
            _context.Flights.Supersede(key, () =>
            {
                _context.Local.Remove(key, EvictionReason.Invalidated);
                if (!isAll)
                {
                    // Not of all: most of them nobody has invalidated, and their entries in remote tiers are good.
                    _invalidated.Add(key, stale, failures: 0, _context.Clock.Now);
                }

                if (_written.Take(key, cause, evenGiven: stale >= cause))
                {
                    repaired.Add(key);
                }

                // What stands nearer than the carrier may be this machine's own: nobody else removes it there.
                writeBack.AddRemoval(key, repaired.Contains(key) ? _context.Definition.RemoteTiers.Count : _context.Definition.BusTier);
            });
        }

        _context.Counters.InvalidateByOthers(count);
        // Owned by the lanes of its keys, and by the bus.
        _ = EndAsync(writeBack, new InvalidationGroup(Node, repaired) { Cause = cause, Stale = stale });
    }

    public async Task SendAgainAsync(IReadOnlyCollection<string> keys)
    {
        // Only the bus calls, so there is one. Told first: as long as nobody can be told, nothing is gained by removing it again.
        var failuresUntilNow = _invalidated.Failures;
        var told = await _bus!.SendAsync(new InvalidationGroup(Node, keys)).ConfigureAwait(false);
        if (told.Error is not null)
        {
            _bus.SendLater(new InvalidationGroup(Node, keys));
            return;
        }

        var began = _context.Clock.Now;
        var writeBack = _context.BeginWriteBack();
        foreach (var key in keys)
        {
            _context.Flights.Exclusively(key, () => writeBack.AddRemoval(key));
        }

        var failures = await writeBack.SendAsync().ConfigureAwait(false);
        var sent = await SendAsync(_bus, new InvalidationGroup(Node, keys), began, failures).ConfigureAwait(false);
        if (sent.Error is null)
        {
            Note(keys, sent.Value, failuresUntilNow);
        }
    }

    public void CaughtUp(long began)
    {
        _written.Forget(began - LongestGap);
        _invalidated.Forget(began - RememberedFor);
    }

    private async Task EndAsync(WriteBack<TNode, TValue> writeBack, InvalidationGroup repaired)
    {
        var began = _context.Clock.Now;
        var failures = await writeBack.SendAsync().ConfigureAwait(false);
        if (!repaired.IsWholeNode)
        {
            // Others may have read in between what was removed now. Only the bus calls, so there is one.
            await SendAsync(_bus!, repaired, began, failures).ConfigureAwait(false);
        }
    }

    private void Note(IReadOnlyCollection<string> keys, long limit, long failures)
    {
        foreach (var key in keys)
        {
            _invalidated.Add(key, limit, failures, _context.Clock.Now);
        }
    }

    private async Task<Storage.Guarded<long>> SendAsync(
        InvalidationBus bus, InvalidationGroup group, long began, IReadOnlyList<(string Storage, Exception Error)> failures)
    {
        var sent = await bus.SendAsync(group).ConfigureAwait(false);
        if (sent.Error is not null || failures.Count > 0 || _context.Clock.Now - began > LongestGap)
        {
            bus.SendLater(group);
        }

        return sent;
    }
}
