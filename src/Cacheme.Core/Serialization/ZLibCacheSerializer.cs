using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Cacheme.Serialization;

/// <summary>Another serializer's bytes, compressed where that pays. The first byte says whether they are.</summary>
/// <remarks>
/// <code>
/// 0  the bytes follow as they are
/// 1  a varint of their length follows, then a zlib stream of them
/// </code>
/// </remarks>
internal sealed class ZLibCacheSerializer : ICacheSerializer
{
    private const byte Raw = 0;
    private const byte Compressed = 1;
    private const int ExpectedLength = 1024;

    // Up to here any ratio goes: it is what one request may cost. Above it a stream that grows more than a hundredfold is
    // taken for a bomb. The writer asks the same question, so that nothing is written that would not be read.
    private const int AlwaysPlausible = 1024 * 1024;
    private const int LargestRatio = 100;

    private static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 3 };

    private readonly ICacheSerializer _inner;
    private readonly int _maxDecompressedSize;
    private readonly int _threshold;

    public ZLibCacheSerializer(ICacheSerializer inner, int maxDecompressedSize, int threshold)
    {
        _inner = inner;
        _maxDecompressedSize = maxDecompressedSize;
        _threshold = threshold;
        Name = inner.Name + "+zlib";
    }

    public string Name { get; }

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        var bytes = new ByteBuffer(ExpectedLength);
        _inner.Serialize(value, bytes);
        if (bytes.Length >= _threshold && TryCompress(bytes.WrittenSpan, destination))
        {
            return;
        }

        WriteMark(destination, Raw);
        destination.Write(bytes.WrittenSpan);
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> source)
    {
        var form = source.IsEmpty ? byte.MaxValue : source.Span[0];
        return form switch
        {
            Raw => _inner.Deserialize<T>(source[1..]),
            Compressed => _inner.Deserialize<T>(Decompress(source[1..])),
            _ => throw new InvalidDataException("The bytes are neither raw nor compressed."),
        };
    }

    private static void WriteMark(IBufferWriter<byte> destination, byte mark)
    {
        destination.GetSpan(1)[0] = mark;
        destination.Advance(1);
    }

    private bool TryCompress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> destination)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, Level, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        if (compressed.Length >= bytes.Length || !IsPlausible(bytes.Length, compressed.Length))
        {
            return false;
        }

        WriteMark(destination, Compressed);
        Varint.Write(destination, bytes.Length);
        destination.Write(compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        return true;
    }

    private byte[] Decompress(ReadOnlyMemory<byte> source)
    {
        var rest = source.Span;
        if (!Varint.TryRead(ref rest, out var length) || !IsPlausible(length, rest.Length))
        {
            throw new InvalidDataException("The decompressed value is over the limit.");
        }

        var bytes = new byte[length];
        using var zlib = new ZLibStream(AsStream(source[^rest.Length..]), CompressionMode.Decompress);
        zlib.ReadExactly(bytes);
        return zlib.ReadByte() < 0 ? bytes : throw new InvalidDataException("The decompressed value is longer than it says.");
    }

    private bool IsPlausible(int length, long compressedLength) =>
        length <= _maxDecompressedSize && (length <= AlwaysPlausible || length <= compressedLength * LargestRatio);

    private static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) // An array that was got is there.
        : new MemoryStream(bytes.ToArray(), writable: false);
}
