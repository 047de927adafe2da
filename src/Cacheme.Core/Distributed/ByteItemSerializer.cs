using System.Buffers;
using System.Buffers.Binary;
using Cacheme.Serialization;

namespace Cacheme.Distributed;

/// <summary>Writes bytes into entries of remote tiers, and gives those that it reads as they lie there.</summary>
/// <remarks>
/// <code>
/// 1  flags: 1 sliding, 2 ends
/// 8  the sliding span in milliseconds, little-endian, where it is sliding
/// 8  when it ends, Unix milliseconds, where it does
/// n  bytes
/// </code>
/// </remarks>
internal sealed class ByteItemSerializer(CacheClock clock) : ICacheSerializer
{
    /// <summary>The most bytes that stand before those of the value.</summary>
    public const int LongestHeader = 1 + sizeof(long) + sizeof(long);

    private const byte SlidingFlag = 1;
    private const byte EndsFlag = 2;

    public string Name => "bytes";

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        var item = (ByteItem)(object)value!; // It is asked for nothing else, and never for null.
        var header = destination.GetSpan(LongestHeader);
        header[0] = (byte)((item.Sliding is null ? 0 : SlidingFlag) | (item.EndsAt is null ? 0 : EndsFlag));
        var length = 1;
        Write(header, ref length, item.Sliding is { } sliding ? (long)Math.Ceiling(sliding.TotalMilliseconds) : null);
        Write(header, ref length, item.EndsAt);
        destination.Advance(length);
        destination.Write(item.Bytes.Span);
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source)
    {
        var flags = source.Span[0];
        var rest = source[1..];
        if ((flags & ~(SlidingFlag | EndsFlag)) != 0)
        {
            throw new InvalidDataException("The bytes say something of themselves that nobody knows.");
        }

        var sliding = (flags & SlidingFlag) == 0 ? default(TimeSpan?) : TimeSpan.FromMilliseconds(Read(ref rest));
        var endsAt = (flags & EndsFlag) == 0 ? default(long?) : Read(ref rest);
        return (T)(object)new ByteItem(rest, sliding, endsAt, clock.Now);
    }

    private static void Write(Span<byte> header, ref int length, long? number)
    {
        if (number is { } written)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[length..], written);
            length += sizeof(long);
        }
    }

    private static long Read(ref ReadOnlyMemory<byte> rest)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(rest.Span);
        rest = rest[sizeof(long)..];
        return number;
    }
}
