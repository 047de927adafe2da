using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Storage;

/// <summary>The form of a value in somebody else's cache: a header of fixed size, then the value.</summary>
/// <remarks>
/// <code>
/// 3  magic, CA CE D1
/// 1  version
/// 8  when the value expires, Unix milliseconds, little-endian; 0 for never
/// n  value
/// </code>
/// The header decides when the value expires, since the caches count in milliseconds, seconds or sweeps. What they are told is
/// longer, and only there so that they clear up.
/// </remarks>
internal static class DistributedCacheEntry
{
    public const int HeaderLength = 12;

    private const int VersionOffset = 3;
    private const int ExpiryOffset = 4;
    private const byte Version = 1;
    private const long Never = 0;

    // Some caches count in whole seconds, and look at the clock twice while they do.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    // Said, not left out: without an expiry some caches put in one of their own (SQL Server's 20 minutes), and some keep that of
    // the value before (Redis). In seconds it still fits every counter.
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(3_650);

    private static ReadOnlySpan<byte> Magic => [0xCA, 0xCE, 0xD1];

    /// <summary>What the cache is told of a life: never less than the header says.</summary>
    public static DistributedCacheEntryOptions OptionsFor(TimeSpan? timeToLive) => new()
    {
        AbsoluteExpirationRelativeToNow = IsForEver(timeToLive, out var life) ? ForEver : TimeSpan.FromSeconds(Math.Ceiling(life.TotalSeconds)) + Margin,
    };

    /// <summary>The header and the value, for a cache that takes an array.</summary>
    public static byte[] ToArray(ReadOnlyMemory<byte> value, TimeSpan? timeToLive, long now)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(HeaderLength + value.Length);
        WriteHeader(bytes, timeToLive, now);
        value.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>The header and the value, without copying the value.</summary>
    public static ReadOnlySequence<byte> ToSequence(ReadOnlyMemory<byte> value, TimeSpan? timeToLive, long now)
    {
        var header = new byte[HeaderLength];
        WriteHeader(header, timeToLive, now);
        var first = new DistributedCacheSegment(header);
        return new ReadOnlySequence<byte>(first, 0, first.Append(value), value.Length);
    }

    /// <summary>The value; absent when it has expired, or when the bytes are not ours or of another version.</summary>
    public static StoredValue Read(ReadOnlyMemory<byte> bytes, long now)
    {
        var header = bytes.Span;
        if (header.Length < HeaderLength || !header.StartsWith(Magic) || header[VersionOffset] != Version)
        {
            return StoredValue.Absent;
        }

        var expires = BinaryPrimitives.ReadInt64LittleEndian(header[ExpiryOffset..]);
        return expires == Never || now < expires ? new StoredValue(bytes[HeaderLength..]) : StoredValue.Absent;
    }

    private static void WriteHeader(Span<byte> header, TimeSpan? timeToLive, long now)
    {
        Magic.CopyTo(header);
        header[VersionOffset] = Version;
        var expires = IsForEver(timeToLive, out var life) ? Never : now + Math.Max(1, (long)Math.Ceiling(life.TotalMilliseconds));
        BinaryPrimitives.WriteInt64LittleEndian(header[ExpiryOffset..], expires);
    }

    private static bool IsForEver(TimeSpan? timeToLive, out TimeSpan life)
    {
        life = timeToLive ?? ForEver;
        return life >= ForEver;
    }
}
