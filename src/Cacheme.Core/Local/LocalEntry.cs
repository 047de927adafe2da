using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Local;

/// <summary>What a local storage holds under a key. Owned by one storage; dead once it has left it.</summary>
/// <remarks>
/// An entry dies once; whoever holds it through an alias sees that and misses. The value is dropped then, because who holds
/// the shell may do so for a while.
/// </remarks>
internal abstract class LocalEntry : IDisposable
{
    /// <summary>How many uses are told apart.</summary>
    public const int MostUses = 3;

    private int _isDead;
    private IDisposable? _companion;
    private LocalEntry? _previous;
    private LocalEntry? _next;

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

    /// <summary>Why it leaves; eviction by itself is for the size.</summary>
    public EvictionReason Reason { get; set; } = EvictionReason.Size;

    /// <summary>The storage it is in. Set before it is put there.</summary>
    public StoreCounters? Counters { get; set; }

    /// <summary>How often it was used since eviction looked at it last, up to <see cref="MostUses"/>.</summary>
    public byte Uses { get; set; }

    /// <summary>The hash of its key. Set when it is put into its storage.</summary>
    public int Hash { get; set; }

    /// <summary>Where it stands for eviction; changed under its storage's lock, like the two below.</summary>
    public EntryQueue? Queue { get; set; }

    /// <summary>Who came before it into its queue.</summary>
    public ref LocalEntry? Previous => ref _previous;

    /// <summary>Who came after it.</summary>
    public ref LocalEntry? Next => ref _next;

    /// <summary>Marks a use. Nothing is written once there are enough marks; of two at once one may be lost, which matters to nobody.</summary>
    public void Use()
    {
        if (Uses < MostUses)
        {
            Uses++;
        }
    }

    /// <summary>Takes the marks away, and says whether there were any.</summary>
    public bool TakeUses()
    {
        var isUsed = Uses > 0;
        Uses = 0;
        return isUsed;
    }

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
