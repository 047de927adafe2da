using Cacheme.Testing;

namespace Cacheme.Redis.Tests;

/// <summary>Counts how often a listener was told that there may be a new record.</summary>
internal sealed class Wakes
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>Waits until it was told more often than that.</summary>
    /// <param name="count">The count.</param>
    public Task OverAsync(int count) => Eventually.HoldsAsync(() => Task.FromResult(Count > count));

    /// <summary>The count, once it no longer changes: of a connection's changes a listener may be told at any time.</summary>
    public async Task<int> SettledAsync()
    {
        var (count, looks) = (Count, 0);
        await Eventually.HoldsAsync(() =>
        {
            (count, looks) = Count == count ? (count, looks + 1) : (Count, 0);
            return Task.FromResult(looks > 10);
        });
        return count;
    }
}
