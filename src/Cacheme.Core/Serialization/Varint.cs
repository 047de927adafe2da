using System.Buffers;

namespace Cacheme.Serialization;

/// <summary>Non-negative integers in one to five bytes, seven bits each, the lowest first.</summary>
internal static class Varint
{
    private const int LargestLength = 5;

    public static void Write(IBufferWriter<byte> destination, int value)
    {
        var bytes = destination.GetSpan(LargestLength);
        var length = 0;
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes[length++] = (byte)(rest | 0x80);
        }

        bytes[length++] = (byte)rest;
        destination.Advance(length);
    }

    /// <summary>Reads one and moves the source behind it; false when there is none or it is over the largest integer.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out int value)
    {
        var result = 0ul;
        for (var i = 0; i < Math.Min(LargestLength, source.Length); i++)
        {
            result |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80)
            {
                source = source[(i + 1)..];
                value = (int)Math.Min(result, int.MaxValue);
                return result <= int.MaxValue;
            }
        }

        value = 0;
        return false;
    }
}
