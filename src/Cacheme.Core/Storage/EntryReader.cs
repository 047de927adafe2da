using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Unicode;
using Cacheme.Serialization;

namespace Cacheme.Storage;

/// <summary>Reads the entries of one node. Immutable and thread-safe. Never throws, whatever the bytes are, and allocates nothing.</summary>
internal sealed class EntryReader
{
    private readonly byte[] _codec;
    private readonly byte[] _node;
    private readonly int _maxPayload;

    /// <exception cref="ArgumentException">A name has a lone surrogate.</exception>
    public EntryReader(string node, ICacheSerializer serializer, int maxPayload)
    {
        _codec = EntryFormat.StrictUtf8.GetBytes(serializer.Name);
        _node = EntryFormat.StrictUtf8.GetBytes(node);
        _maxPayload = maxPayload;
    }

    public EntryRead Read(ReadOnlyMemory<byte> bytes, string key, long now)
    {
        var span = bytes.Span;
        if (!IsWhole(span))
        {
            return new EntryRead(EntryStatus.Damaged);
        }

        var flags = span[EntryFormat.FlagsOffset];
        if (span[EntryFormat.VersionOffset] != EntryFormat.Version || (flags & ~EntryFormat.AllFlags) != 0)
        {
            return new EntryRead(EntryStatus.UnknownVersion);
        }

        var isNull = (flags & EntryFormat.NullFlag) != 0;
        var rest = span[EntryFormat.FixedLength..^EntryFormat.ChecksumLength];
        if (!TryReadOrigin(ref rest, flags, out var known, out var writer) || !TryReadText(ref rest, out var codec) || !TryReadText(ref rest, out var node) || !TryReadText(ref rest, out var entryKey)
            || !TrySkipTags(ref rest, out var tags) || !TryReadPayload(rest, out var payload) || (isNull && !payload.IsEmpty))
        {
            return new EntryRead(EntryStatus.Damaged);
        }

        var tagsAt = span.Length - EntryFormat.ChecksumLength - rest.Length - tags.Length;
        var expiresAt = BinaryPrimitives.ReadInt64LittleEndian(span[12..]);
        var status = expiresAt <= now ? EntryStatus.Expired
            : !IsKey(entryKey, key) ? EntryStatus.OtherKey
            : !node.SequenceEqual(_node) ? EntryStatus.OtherNode
            : !codec.SequenceEqual(_codec) ? EntryStatus.OtherCodec
            : payload.Length > _maxPayload ? EntryStatus.TooLarge
            : EntryStatus.Ok;
        return new EntryRead(status)
        {
            IsNull = isNull,
            StartedAt = BinaryPrimitives.ReadInt64LittleEndian(span[4..]),
            Known = known,
            Writer = writer,
            IsGiven = (flags & EntryFormat.GivenFlag) != 0,
            Tags = tags.IsEmpty ? default : bytes.Slice(tagsAt, tags.Length),
            ExpiresAt = expiresAt == EntryFormat.Never ? null : expiresAt,
            Payload = bytes[^(payload.Length + EntryFormat.ChecksumLength)..^EntryFormat.ChecksumLength],
        };
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= EntryFormat.FixedLength + EntryFormat.ChecksumLength
        && bytes.StartsWith(EntryFormat.Magic)
        && BinaryPrimitives.ReadUInt64LittleEndian(bytes[^EntryFormat.ChecksumLength..])
            == XxHash3.HashToUInt64(bytes[..^EntryFormat.ChecksumLength]);

    private static bool TryReadOrigin(ref ReadOnlySpan<byte> rest, byte flags, out long known, out int writer)
    {
        (known, writer) = (0, 0);
        if ((flags & EntryFormat.KnownFlag) == 0)
        {
            return true;
        }

        if (rest.Length < EntryFormat.OriginLength)
        {
            return false;
        }

        known = BinaryPrimitives.ReadInt64LittleEndian(rest);
        writer = BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(long)..]);
        rest = rest[EntryFormat.OriginLength..];
        return true;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        if (!Varint.TryRead(ref rest, out var length) || length > rest.Length)
        {
            text = default;
            return false;
        }

        text = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Reads the tags of an entry that was read.</summary>
    public static IReadOnlyList<string>? TagsOf(EntryRead read)
    {
        var rest = read.Tags.Span;
        if (rest.IsEmpty)
        {
            return null;
        }

        var tags = new List<string>();
        while (TryReadText(ref rest, out var tag))
        {
            tags.Add(Encoding.UTF8.GetString(tag));
        }

        return tags;
    }

    private static bool TrySkipTags(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> tags)
    {
        tags = default;
        if (!Varint.TryRead(ref rest, out var count))
        {
            return false;
        }

        // Each tag takes a byte at least, so the loop ends with the bytes, whatever the count says.
        var all = rest;
        for (; count > 0; count--)
        {
            if (!TryReadText(ref rest, out _))
            {
                return false;
            }
        }

        tags = all[..^rest.Length];
        return true;
    }

    private static bool TryReadPayload(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> payload)
    {
        payload = rest.Length < sizeof(int) ? default : rest[sizeof(int)..];
        return rest.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(rest) == payload.Length;
    }

    // Piece by piece through the stack, since a key may be configured to be long.
    private static bool IsKey(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> key)
    {
        if (bytes.Length < key.Length)
        {
            return false;
        }

        Span<byte> piece = stackalloc byte[512];
        while (!key.IsEmpty)
        {
            var result = Utf8.FromUtf16(key, piece, out var read, out var written, replaceInvalidSequences: false);
            if (result is OperationStatus.InvalidData or OperationStatus.NeedMoreData || !bytes.StartsWith(piece[..written]))
            {
                return false;
            }

            key = key[read..];
            bytes = bytes[written..];
        }

        return bytes.IsEmpty;
    }
}
