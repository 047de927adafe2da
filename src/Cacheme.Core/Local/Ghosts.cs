namespace Cacheme.Local;

/// <summary>Remembers the hashes of entries that have left lately: the last of each kind, as many as the storage holds. Not thread-safe.</summary>
/// <remarks>
/// A table of buckets of eight, which takes 18 bytes for an entry of the storage and is made when the first one leaves. What
/// is older than the last ones counts as forgotten where it stands; a full bucket forgets its oldest.
/// </remarks>
/// <param name="capacity">How many of each kind.</param>
internal sealed class Ghosts(int capacity)
{
    private const int Ways = 8;

    private readonly uint[] _stamps = new uint[(int)GhostKind.Main + 1];
    private ulong[] _slots = [];

    /// <summary>How many of a kind it has heard of, up to what it remembers.</summary>
    public int CountOf(GhostKind kind) => (int)Math.Min(_stamps[(int)kind], (uint)capacity);

    public void Add(int hash, GhostKind kind)
    {
        if (_slots.Length == 0)
        {
            _slots = new ulong[((int)(capacity * 2.3 / Ways) + 1) * Ways];
        }

        var stamp = ++_stamps[(int)kind];
        var oldest = uint.MaxValue;
        ref var place = ref _slots[0];
        foreach (ref var slot in BucketOf(hash))
        {
            var left = LeftOf(slot);
            if (left < oldest)
            {
                oldest = left;
                place = ref slot;
            }
        }

        place = Slot(hash, kind, stamp);
    }

    /// <summary>Forgets a hash, and says what it was.</summary>
    public GhostKind Take(int hash)
    {
        if (_slots.Length == 0)
        {
            return GhostKind.None;
        }

        foreach (ref var slot in BucketOf(hash))
        {
            if ((int)slot >> 2 == hash >> 2 && LeftOf(slot) > 0)
            {
                var kind = KindOf(slot);
                slot = 0;
                return kind;
            }
        }

        return GhostKind.None;
    }

    // The stamp, thirty bits of the hash, the kind.
    private static ulong Slot(int hash, GhostKind kind, uint stamp) => ((ulong)stamp << 32) | (uint)(hash & ~3) | (uint)kind;

    private static GhostKind KindOf(ulong slot) => (GhostKind)(slot & 3);

    // For how many more of its kind it is remembered; 0 for what is forgotten, and for nothing.
    private uint LeftOf(ulong slot)
    {
        var age = _stamps[(int)KindOf(slot)] - (uint)(slot >> 32);
        return KindOf(slot) == GhostKind.None || age >= (uint)capacity ? 0 : (uint)capacity - age;
    }

    private Span<ulong> BucketOf(int hash) =>
        _slots.AsSpan((int)(((ulong)(uint)hash * (ulong)(_slots.Length / Ways)) >> 32) * Ways, Ways);
}
