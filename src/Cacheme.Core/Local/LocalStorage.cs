using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using BitFaster.Caching.Scheduler;
using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Local;

/// <summary>A storage in this process's memory: synchronous, by reference, bounded. Thread-safe.</summary>
/// <remarks>
/// BitFaster.Caching decides who leaves when it is full; expiry and removal are done here. Writes to one key are serialized,
/// because an entry that is replaced must be marked dead and the LFU does not tell.
/// </remarks>
internal sealed class LocalStorage : IDisposable
{
    public const int SmallestSize = 3;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly ICache<string, LocalEntry> _engine;
    private readonly IAlternateLookup<ReadOnlySpan<char>, string, LocalEntry> _bySpan;
    private readonly StoreCounters _counters;
    private readonly CacheClock _clock;
    private readonly ITimer _sweep;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private int _sweepArmed;

    public LocalStorage(string name, int size, EvictionPolicy policy, CacheClock clock, StoreCounters counters)
    {
        Name = name;
        Size = size;
        _clock = clock;
        _counters = counters;
        _engine = policy == EvictionPolicy.Lru
            ? new FastConcurrentLru<string, LocalEntry>(Environment.ProcessorCount, size, StringComparer.Ordinal)
            : new ConcurrentLfu<string, LocalEntry>(Environment.ProcessorCount, size, new ForegroundScheduler(), StringComparer.Ordinal);
        _bySpan = _engine.GetAlternateLookup<ReadOnlySpan<char>>();
        _sweep = clock.Time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    /// <summary>The most entries it holds.</summary>
    public int Size { get; }

    /// <summary>The entries in it. Costs a walk over all of them.</summary>
    public int Count => _engine.Count;

    /// <summary>The keys of an owner's entries. Costs a walk over all entries.</summary>
    public IEnumerable<string> KeysOf(object owner) => _engine.Where(pair => pair.Value.Owner == owner).Select(static pair => pair.Key);

    /// <summary>Finds the entry that lives under the key. The engine counts it as used.</summary>
    public LocalEntry? Find(ReadOnlySpan<char> key) =>
        _bySpan.TryGet(key, out var entry) && _clock.Now < entry.ExpiresAt && !entry.IsDead ? entry : null;

    /// <summary>Tells the engine that an entry found by its alias was used.</summary>
    public void Touch(LocalEntry entry) => _engine.TryGet(entry.Key, out _);

    /// <summary>Puts an entry in the place of whatever was under its key.</summary>
    public void Put(LocalEntry entry)
    {
        entry.Counters = _counters;
        lock (LockOf(entry.Key))
        {
            if (_engine.TryGet(entry.Key, out var former))
            {
                former.Reason = EvictionReason.Replaced;
            }

            _counters.Added();
            // First the new one, then the old one's death: in between nobody misses.
            _engine.AddOrUpdate(entry.Key, entry);
            former?.Dispose();
            if (former is not null && (!_engine.TryGet(entry.Key, out var kept) || kept != entry))
            {
                // The LFU replaces without a lock, maybe in a place that another thread has just evicted: then nobody else marks it dead.
                entry.Dispose();
            }
        }

        if (entry.ExpiresAt != long.MaxValue)
        {
            ArmSweep();
        }
    }

    /// <summary>Removes whatever is under the key.</summary>
    public void Remove(string key, EvictionReason reason)
    {
        lock (LockOf(key))
        {
            if (_engine.TryGet(key, out var entry))
            {
                Remove(entry, reason);
            }
        }
    }

    /// <summary>Removes the entries that have a removed tag. Costs a walk over all entries.</summary>
    public void Remove(RemovedTags removed)
    {
        foreach (var (_, entry) in _engine)
        {
            if (entry.Tags is { } tags && !removed.IsGood(tags))
            {
                RemoveOnly(entry, EvictionReason.Invalidated);
            }
        }
    }

    /// <summary>Removes the entry if it is still there.</summary>
    public void RemoveOnly(LocalEntry entry, EvictionReason reason)
    {
        lock (LockOf(entry.Key))
        {
            if (_engine.TryGet(entry.Key, out var found) && found == entry)
            {
                Remove(entry, reason);
            }
        }
    }

    public void Dispose() => _sweep.Dispose();

    /// <summary>Removes the entries whose time has passed. Runs by itself while there are any that can expire.</summary>
    internal void Sweep()
    {
        Volatile.Write(ref _sweepArmed, 0);
        var mayExpire = false;
        foreach (var (_, entry) in _engine)
        {
            if (_clock.Now >= entry.ExpiresAt || entry.IsIdle(_clock.Now))
            {
                RemoveOnly(entry, EvictionReason.Expired);
            }
            else
            {
                mayExpire |= entry.ExpiresAt != long.MaxValue;
            }
        }

        if (mayExpire)
        {
            ArmSweep();
        }
        else if (_counters.Entries == 0)
        {
            // The engine keeps the shells of removed entries in its queues until others push them out.
            _engine.Clear();
        }
    }

    private void Remove(LocalEntry entry, EvictionReason reason)
    {
        entry.Reason = reason;
        _engine.TryRemove(entry.Key);
        entry.Dispose();
    }

    private void ArmSweep()
    {
        if (Volatile.Read(ref _sweepArmed) == 0 && Interlocked.Exchange(ref _sweepArmed, 1) == 0)
        {
            _sweep.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private Lock LockOf(string key) => _locks[(uint)string.GetHashCode(key) % (uint)_locks.Length];
}
