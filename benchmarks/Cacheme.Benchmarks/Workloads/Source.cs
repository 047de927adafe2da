namespace Cacheme.Benchmarks.Workloads;

/// <summary>What is behind the cache: slow, and counts how often it is asked.</summary>
internal sealed class Source
{
    public static readonly TimeSpan LoadTime = TimeSpan.FromMilliseconds(100);

    private long _keys;

    /// <summary>The keys that were loaded, one load of many counted as many.</summary>
    public long LoadedKeys => Interlocked.Read(ref _keys);

    /// <summary>As in the reference the value is the key, so that a wrong one is seen.</summary>
    public async ValueTask<int> LoadAsync(int uid, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _keys);
        await Task.Delay(LoadTime, cancellationToken);
        return uid;
    }

    /// <summary>Loads many in the time of one.</summary>
    public async ValueTask LoadManyAsync(int count, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _keys, count);
        await Task.Delay(LoadTime, cancellationToken);
    }
}
