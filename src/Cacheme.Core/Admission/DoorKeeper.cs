using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cacheme.Admission;

/// <summary>Remembers the keys it has seen, in a Bloom filter: what is asked for only once need not be cached.</summary>
/// <remarks>
/// <para>
/// Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13(7), 1970: n keys and a rate p of false
/// positives take m = -n ln p / (ln 2)^2 bits and k = m/n ln 2 hash functions. Kirsch and Mitzenmacher, "Less hashing, same
/// performance: building a better Bloom filter", ESA 2006: h1 + i h2 will do for the k functions. Both hashes are halves of
/// one XxHash128 with a random seed, so that nobody outside can choose keys that collide.
/// </para>
/// <para>
/// Thread-safe, without locks. The bits take m/8 bytes, 1.2 a key at a rate of 0.01, and at most 256 MiB, where a larger
/// capacity gets a higher rate. Whenever as many requests as the capacity were counted, those for known keys too, the one
/// that was counted last puts fresh bits there; requests that run at that moment are answered by the old bits or the new.
/// </para>
/// </remarks>
internal sealed class DoorKeeper
{
    private const int BitsOfWord = 64;
    private const int MostHashes = 64;

    private readonly int _capacity;
    private readonly int _hashCount;
    private readonly long _seed;
    private readonly uint _bitCount;
    private volatile long[] _words;
    private long _requests;

    /// <param name="capacity">After how many requests the filter is cleared, at least 1.</param>
    /// <param name="falsePositiveRate">The share of first sights that a full filter takes for second ones, over 0 and under 1.</param>
    public DoorKeeper(int capacity, double falsePositiveRate)
        : this(capacity, falsePositiveRate, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))))
    {
    }

    internal DoorKeeper(int capacity, double falsePositiveRate, long seed)
    {
        _capacity = capacity;
        _seed = seed;
        var bits = Math.Ceiling(-capacity * Math.Log(falsePositiveRate) / (Math.Log(2) * Math.Log(2)));
        _bitCount = (uint)Math.Clamp(bits, BitsOfWord, int.MaxValue);
        var hashes = Math.Min(-Math.Log2(falsePositiveRate), _bitCount / (double)capacity * Math.Log(2));
        _hashCount = (int)Math.Clamp(Math.Round(hashes), 1, MostHashes);
        _words = NewWords();
    }

    /// <summary>The size of the filter.</summary>
    internal long ByteCount => _words.LongLength * sizeof(long);

    /// <summary>Notes a sighting of the key; false if it is the first one.</summary>
    /// <remarks>Of sightings of a new key that run at once, one at least is told that it is the first; more may be.</remarks>
    /// <param name="key">The key.</param>
    public bool Admit(string key)
    {
        var isKnown = Add(_words, XxHash128.HashToUInt128(MemoryMarshal.AsBytes(key.AsSpan()), _seed));
        if (Interlocked.Increment(ref _requests) % _capacity == 0)
        {
            _words = NewWords();
        }

        return isKnown;
    }

    private bool Add(long[] words, UInt128 hash)
    {
        var position = (ulong)hash;
        var step = (ulong)(hash >> 64) | 1;
        var isKnown = true;
        for (var i = 0; i < _hashCount; i++, position += step)
        {
            // The high half of the product maps the hash onto the bits without a division.
            var bit = Math.BigMul(position, _bitCount, out _);
            var mask = 1L << (int)(bit % BitsOfWord);
            ref var word = ref words[bit / BitsOfWord];
            // A read first, since a known key's bits need no write, and no cache line of another processor.
            isKnown &= (Volatile.Read(ref word) & mask) != 0 || (Interlocked.Or(ref word, mask) & mask) != 0;
        }

        return isKnown;
    }

    private long[] NewWords() => new long[(_bitCount + BitsOfWord - 1) / BitsOfWord];
}
