using System.Runtime.InteropServices;
using Cacheme.Local;

namespace Cacheme.Distributed;

/// <summary>Bytes as the tiers keep them. What is kept in memory is one instance, which notes each use. Thread-safe.</summary>
/// <param name="bytes">The bytes. Nobody changes them.</param>
/// <param name="sliding">How long they stay without being used; null where a use does not matter.</param>
/// <param name="endsAt">When their life ends however often they are used, Unix milliseconds; null for never.</param>
/// <param name="now">The time on the local clock.</param>
internal sealed class ByteItem(ReadOnlyMemory<byte> bytes, TimeSpan? sliding, long? endsAt, long now) : IIdleValue
{
    private readonly long _slidingMilliseconds = sliding is { } span ? Math.Max(1, (long)Math.Ceiling(span.TotalMilliseconds)) : long.MaxValue;
    private long _usedAt = now;
    private long _toldAgainAt;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public TimeSpan? Sliding => sliding;

    public long? EndsAt => endsAt;

    /// <summary>When the remote tiers are to be told of a use, on the local clock; 0 where nobody knows when they were told last.</summary>
    public long ToldAgainAt
    {
        get => Volatile.Read(ref _toldAgainAt);
        set => Volatile.Write(ref _toldAgainAt, value);
    }

    /// <summary>The item as it stays in memory: without what lay beside its bytes where it was read.</summary>
    public ByteItem WithArrayOfItsOwn(long now) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Count == segment.Array?.Length ? this : new ByteItem(bytes.ToArray(), sliding, endsAt, now) { ToldAgainAt = ToldAgainAt };

    /// <summary>Notes a use. False when it has not been used for too long, and is not there any more.</summary>
    public bool TryUse(long now)
    {
        if (sliding is null)
        {
            return true;
        }

        if (IsIdle(now))
        {
            return false;
        }

        Volatile.Write(ref _usedAt, now);
        return true;
    }

    public bool IsIdle(long now) => now - Volatile.Read(ref _usedAt) >= _slidingMilliseconds;
}
