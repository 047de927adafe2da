using System.Globalization;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>The source of truth: it knows of every value whether it may be served.</summary>
/// <remarks>A value carries its key and its version. A version that was invalidated before a caller asked is too old for that caller.</remarks>
internal sealed class Oracle(int keys)
{
    private const int ValueSize = 200;

    private readonly int[] _versions = new int[keys];
    private readonly int[] _oldest = new int[keys];
    private readonly long[] _loadedAt = new long[keys];

    public int Keys => keys;

    /// <summary>The value as it is now.</summary>
    public string Load(int key)
    {
        Volatile.Write(ref _loadedAt[key], TimeProvider.System.GetTimestamp());
        return string.Create(CultureInfo.InvariantCulture, $"{key}:{Volatile.Read(ref _versions[key])}:").PadRight(ValueSize, '.');
    }

    /// <summary>The keys that were loaded since then: what the storage had of them it did not give.</summary>
    public IEnumerable<int> LoadedSince(long timestamp) => Enumerable.Range(0, keys).Where(key => Volatile.Read(ref _loadedAt[key]) >= timestamp);

    /// <summary>Gives the key a new version, and tells which.</summary>
    public int Change(int key) => Interlocked.Increment(ref _versions[key]);

    /// <summary>The invalidation of what came before a version has returned.</summary>
    public void Invalidated(int key, int version)
    {
        int oldest;
        do
        {
            oldest = Volatile.Read(ref _oldest[key]);
        }
        while (oldest < version && Interlocked.CompareExchange(ref _oldest[key], version, oldest) != oldest);
    }

    /// <summary>The oldest version that a caller who asks now may be given.</summary>
    public int OldestFor(int key) => Volatile.Read(ref _oldest[key]);

    /// <summary>Whether a value may have been given to a caller who asked when <paramref name="oldest"/> was the oldest.</summary>
    public bool IsRight(int key, int oldest, string value)
    {
        var parts = value.Split(':');
        return parts.Length == 3
            && value.Length == ValueSize
            && int.Parse(parts[0], CultureInfo.InvariantCulture) == key
            && int.Parse(parts[1], CultureInfo.InvariantCulture) is var version
            && version >= oldest
            && version <= Volatile.Read(ref _versions[key]);
    }
}
