using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Local;

/// <summary>What a local storage holds under a key. Owned by one storage; dead once it has left it.</summary>
/// <remarks>
/// The eviction engine tells by <see cref="Dispose"/> that it has let the entry go. An entry dies once; whoever holds it
/// through an alias sees that and misses. The value is dropped then, because the engine may keep the shell for a while.
/// </remarks>
internal abstract class LocalEntry : IDisposable
{
    private int _isDead;
    private uint _hits;
    private IDisposable? _companion;

    /// <summary>The full key.</summary>
    public required string Key { get; init; }

    /// <summary>Whose entry it is; another owner with the same key does not get it.</summary>
    public required object Owner { get; init; }

    /// <summary>On the local clock; <see cref="long.MaxValue"/> for never.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>When its value was loaded or set, Unix seconds; 0 where nobody knows.</summary>
    public uint LoadedAt { get; init; }

    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    /// <summary>What is kept beside its value; null for nothing.</summary>
    public IDisposable? Companion => Volatile.Read(ref _companion);

    /// <summary>The tags of its value; null for none.</summary>
    public TagMark? Tags { get; init; }

    /// <summary>Why it leaves; what the engine decides by itself is the size.</summary>
    public EvictionReason Reason { get; set; } = EvictionReason.Size;

    /// <summary>The storage it is in. Set before it is put there.</summary>
    public StoreCounters? Counters { get; set; }

    /// <summary>Counts a hit, and says whether the engine should hear of it: of the first, and of one in eight.</summary>
    public bool ShouldTouch() => (_hits++ & 7) == 0;

    /// <summary>Keeps something beside the value, and disposes it when the entry dies. False where something is kept already, or the entry is dead.</summary>
    public bool TryKeep(IDisposable companion)
    {
        if (Interlocked.CompareExchange(ref _companion, companion, null) is not null)
        {
            return false;
        }

        // It may have died before it had the companion; then its death has not taken it along.
        return !IsDead || Interlocked.CompareExchange(ref _companion, null, companion) != companion;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDead, 1) == 0)
        {
            Counters?.Left(Reason);
            Interlocked.Exchange(ref _companion, null)?.Dispose();
            Drop();
        }
    }

    /// <summary>Whether its value has not been used for too long, and nobody finds it any more.</summary>
    public abstract bool IsIdle(long now);

    /// <summary>Lets the value and the alias go. The entry is dead already.</summary>
    protected abstract void Drop();
}
