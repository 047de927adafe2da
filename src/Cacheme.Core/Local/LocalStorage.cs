using System.Collections.Concurrent;
using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Local;

/// <summary>A storage in this process's memory: synchronous, by reference, bounded. Thread-safe.</summary>
/// <remarks>Who finds something takes no lock and leaves a mark in the entry; who puts or removes something takes the one lock.</remarks>
internal sealed class LocalStorage : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    // One writer at a time, so one lock of its own is enough.
    private readonly ConcurrentDictionary<string, LocalEntry> _entries = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LocalEntry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly IEviction _eviction;
    private readonly StoreCounters _counters;
    private readonly CacheClock _clock;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private int _sweepArmed;

    public LocalStorage(string name, int size, EvictionPolicy policy, CacheClock clock, StoreCounters counters)
    {
        Name = name;
        Size = size;
        _clock = clock;
        _counters = counters;
        _eviction = policy == EvictionPolicy.Lru ? new ClockEviction(size, Leave) : new AdaptiveEviction(size, Leave);
        _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        _sweep = clock.Time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    /// <summary>The most entries it holds.</summary>
    public int Size { get; }

    /// <summary>The entries in it.</summary>
    public int Count => (int)_counters.Entries;

    /// <summary>The keys of an owner's entries. Costs a walk over all entries.</summary>
    public IEnumerable<string> KeysOf(object owner) => _entries.Where(pair => pair.Value.Owner == owner).Select(static pair => pair.Key);

    /// <summary>Finds the entry that lives under the key, and counts it as used.</summary>
    public LocalEntry? Find(ReadOnlySpan<char> key)
    {
        if (!_bySpan.TryGetValue(key, out var entry) || _clock.Now >= entry.ExpiresAt || entry.IsDead)
        {
            return null;
        }

        entry.Use();
        return entry;
    }

    /// <summary>Puts an entry in the place of whatever was under its key. Others leave where there is no room.</summary>
    public void Put(LocalEntry entry)
    {
        entry.Counters = _counters;
        entry.Hash = string.GetHashCode(entry.Key);
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var former))
            {
                entry.Uses = (byte)Math.Min(former.Uses + 1, LocalEntry.MostUses);
                _eviction.Replace(former, entry);
                // First the new one, then the old one's death: in between nobody misses.
                _entries[entry.Key] = entry;
                former.Reason = _clock.Now < former.ExpiresAt ? EvictionReason.Replaced : EvictionReason.Expired;
                former.Dispose();
            }
            else
            {
                _eviction.Add(entry);
                _entries[entry.Key] = entry;
            }

            _counters.Added();
        }

        if (entry.ExpiresAt != long.MaxValue)
        {
            ArmSweep();
        }
    }

    /// <summary>Removes whatever is under the key.</summary>
    public void Remove(string key, EvictionReason reason)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                Remove(entry, reason);
            }
        }
    }

    /// <summary>Removes the entries that have a removed tag. Costs a walk over all entries.</summary>
    public void Remove(RemovedTags removed)
    {
        foreach (var (_, entry) in _entries)
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
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var found) && found == entry)
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
        foreach (var (_, entry) in _entries)
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
    }

    // These two under the lock.
    private void Remove(LocalEntry entry, EvictionReason reason)
    {
        entry.Reason = reason;
        _eviction.Remove(entry);
        Leave(entry);
    }

    private void Leave(LocalEntry entry)
    {
        _entries.TryRemove(entry.Key, out _);
        entry.Dispose();
    }

    private void ArmSweep()
    {
        if (Volatile.Read(ref _sweepArmed) == 0 && Interlocked.Exchange(ref _sweepArmed, 1) == 0)
        {
            _sweep.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }
}
