using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Cacheme.Serialization;

namespace Cacheme.Storage;

/// <summary>Writes the entries of one node. Immutable and thread-safe; the form is described at <see cref="EntryFormat"/>.</summary>
internal sealed class EntryWriter
{
    // Varints of three lengths and of the tags' count, at most five bytes each, and the payload's length.
    private const int LargestOverhead = EntryFormat.FixedLength + EntryFormat.OriginLength + (4 * 5) + sizeof(int) + EntryFormat.ChecksumLength;
    private const int ExpectedPayload = 256;

    private readonly ICacheSerializer _serializer;
    private readonly byte[] _codec;
    private readonly byte[] _node;
    private readonly int _maxPayload;

    /// <exception cref="ArgumentException">A name has a lone surrogate.</exception>
    public EntryWriter(string node, ICacheSerializer serializer, int maxPayload)
    {
        _serializer = serializer;
        _codec = EntryFormat.StrictUtf8.GetBytes(serializer.Name);
        _node = EntryFormat.StrictUtf8.GetBytes(node);
        _maxPayload = maxPayload;
    }

    /// <summary>Writes an entry; false when the payload is over the limit.</summary>
    /// <remarks>What the serializer throws comes through.</remarks>
    /// <exception cref="ArgumentException">The key has a lone surrogate.</exception>
    public bool TryWrite<T>(string key, T value, EntryHeader header, out ReadOnlyMemory<byte> entry)
    {
        var buffer = Begin(key, flags: 0, header, ExpectedPayload);
        var start = buffer.Length;
        buffer.LimitTo(_maxPayload);
        try
        {
            _serializer.Serialize(value, buffer);
        }
        catch (Exception) when (buffer.IsOverLimit)
        {
            // A serializer may wrap the buffer's exception in one of its own.
        }

        if (buffer.IsOverLimit)
        {
            entry = default;
            return false;
        }

        entry = End(buffer, start);
        return true;
    }

    /// <summary>Writes an entry whose value is null.</summary>
    /// <exception cref="ArgumentException">The key has a lone surrogate.</exception>
    public ReadOnlyMemory<byte> WriteNull(string key, EntryHeader header)
    {
        var buffer = Begin(key, EntryFormat.NullFlag, header, expectedPayload: 0);
        return End(buffer, buffer.Length);
    }

    private ByteBuffer Begin(string key, byte flags, EntryHeader facts, int expectedPayload)
    {
        var keyLength = EntryFormat.StrictUtf8.GetByteCount(key);
        var buffer = new ByteBuffer(LargestOverhead + _codec.Length + _node.Length + keyLength + expectedPayload);
        var header = buffer.GetSpan(EntryFormat.FixedLength);
        EntryFormat.Magic.CopyTo(header);
        header[EntryFormat.VersionOffset] = EntryFormat.Version;
        header[EntryFormat.FlagsOffset] = (byte)(flags | (facts.Known == 0 ? 0 : EntryFormat.KnownFlag) | (facts.IsGiven ? EntryFormat.GivenFlag : 0));
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], facts.StartedAt);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], facts.ExpiresAt ?? EntryFormat.Never);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 0);
        buffer.Advance(EntryFormat.FixedLength);
        if (facts.Known != 0)
        {
            var origin = buffer.GetSpan(EntryFormat.OriginLength);
            BinaryPrimitives.WriteInt64LittleEndian(origin, facts.Known);
            BinaryPrimitives.WriteInt32LittleEndian(origin[sizeof(long)..], facts.Writer);
            buffer.Advance(EntryFormat.OriginLength);
        }

        WriteText(buffer, _codec);
        WriteText(buffer, _node);
        Varint.Write(buffer, keyLength);
        buffer.Advance(EntryFormat.StrictUtf8.GetBytes(key, buffer.GetSpan(keyLength)));
        WriteTags(buffer, facts.Tags ?? []);
        buffer.GetSpan(sizeof(int))[..sizeof(int)].Clear();
        buffer.Advance(sizeof(int));
        return buffer;
    }

    private static void WriteTags(ByteBuffer buffer, IReadOnlyList<string> tags)
    {
        Varint.Write(buffer, tags.Count);
        foreach (var tag in tags)
        {
            var length = EntryFormat.StrictUtf8.GetByteCount(tag);
            Varint.Write(buffer, length);
            buffer.Advance(EntryFormat.StrictUtf8.GetBytes(tag, buffer.GetSpan(length)));
        }
    }

    private static void WriteText(ByteBuffer buffer, byte[] text)
    {
        Varint.Write(buffer, text.Length);
        buffer.Write(text);
    }

    private static ReadOnlyMemory<byte> End(ByteBuffer buffer, int payloadStart)
    {
        var payloadLength = buffer.Length - payloadStart;
        BinaryPrimitives.WriteInt32LittleEndian(buffer.WrittenSpan[(payloadStart - sizeof(int))..], payloadLength);
        buffer.LimitTo(EntryFormat.ChecksumLength);
        var checksum = XxHash3.HashToUInt64(buffer.WrittenSpan);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(EntryFormat.ChecksumLength), checksum);
        buffer.Advance(EntryFormat.ChecksumLength);
        return buffer.WrittenMemory;
    }
}
