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

    /// <summary>The full key.</summary>
    public required string Key { get; init; }

    /// <summary>Whose entry it is; another owner with the same key does not get it.</summary>
    public required object Owner { get; init; }

    /// <summary>On the local clock; <see cref="long.MaxValue"/> for never.</summary>
    public required long ExpiresAt { get; init; }

    public bool IsDead => Volatile.Read(ref _isDead) != 0;

    /// <summary>The tags of its value; null for none.</summary>
    public TagMark? Tags { get; init; }

    /// <summary>Why it leaves; what the engine decides by itself is the size.</summary>
    public EvictionReason Reason { get; set; } = EvictionReason.Size;

    /// <summary>The storage it is in. Set before it is put there.</summary>
    public StoreCounters? Counters { get; set; }

    /// <summary>Counts a hit, and says whether the engine should hear of it: of the first, and of one in eight.</summary>
    public bool ShouldTouch() => (_hits++ & 7) == 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDead, 1) == 0)
        {
            Counters?.Left(Reason);
            Drop();
        }
    }

    /// <summary>Whether its value has not been used for too long, and nobody finds it any more.</summary>
    public abstract bool IsIdle(long now);

    /// <summary>Lets the value and the alias go. The entry is dead already.</summary>
    protected abstract void Drop();
}
