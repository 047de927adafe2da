using System.Buffers.Binary;
using System.Text;
using Cacheme.Serialization;

namespace Cacheme.Invalidation;

/// <summary>The form of a record, version 1. Little-endian; a text is a varint of its length, then UTF-8.</summary>
/// <remarks>
/// <code>
/// 1  version
/// 8  origin
/// 8  number
/// 8  when it was sent, Unix milliseconds
/// n  varint count of groups, and for each:
///    n  text: the node's name, empty where the keys are tags
///    8  cause
///    8  what an entry's load must have known
///    n  varint count of keys, 0 for every key of the node, and a text for each
/// </code>
/// What follows is for versions to come that only add: a reader leaves it alone.
/// </remarks>
internal static class InvalidationRecordFormat
{
    /// <summary>A record is about as long at most, unless a single key is longer. Well under what logs take.</summary>
    public const int AboutLongest = 32 * 1024;

    private const byte Version = 1;
    private const int FixedLength = 1 + (3 * sizeof(long));
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a record.</summary>
    public static ReadOnlyMemory<byte> Write(InvalidationRecord record)
    {
        var buffer = new ByteBuffer(256);
        var header = buffer.GetSpan(FixedLength);
        header[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], record.Origin);
        BinaryPrimitives.WriteInt64LittleEndian(header[9..], record.Number);
        BinaryPrimitives.WriteInt64LittleEndian(header[17..], record.SentAt);
        buffer.Advance(FixedLength);
        Varint.Write(buffer, record.Groups.Count);
        foreach (var group in record.Groups)
        {
            WriteText(buffer, group.Node);
            var limits = buffer.GetSpan(2 * sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(limits, group.Cause);
            BinaryPrimitives.WriteInt64LittleEndian(limits[sizeof(long)..], group.Stale);
            buffer.Advance(2 * sizeof(long));
            Varint.Write(buffer, group.Keys.Count);
            foreach (var key in group.Keys)
            {
                WriteText(buffer, key);
            }
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Reads a record; false when it is damaged, or of a version that this one does not know. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out InvalidationRecord record)
    {
        record = new InvalidationRecord(0, 0, 0, []);
        if (bytes.Length < FixedLength || bytes[0] != Version)
        {
            return false;
        }

        var rest = bytes[FixedLength..];
        if (!TryReadGroups(ref rest, out var groups))
        {
            return false;
        }

        record = new InvalidationRecord(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]),
            groups);
        return true;
    }

    /// <summary>Cuts groups into lists that fit in a record each.</summary>
    public static IEnumerable<IReadOnlyList<InvalidationGroup>> Split(IEnumerable<InvalidationGroup> groups)
    {
        var list = new List<InvalidationGroup>();
        var room = AboutLongest;
        foreach (var group in groups)
        {
            foreach (var piece in group.IsWholeNode ? [group] : Pieces(group))
            {
                var length = LengthOf(piece.Node) + piece.Keys.Sum(LengthOf);
                if (list.Count > 0 && length > room)
                {
                    yield return list;
                    (list, room) = ([], AboutLongest);
                }

                list.Add(piece);
                room -= length;
            }
        }

        if (list.Count > 0)
        {
            yield return list;
        }
    }

    private static IEnumerable<InvalidationGroup> Pieces(InvalidationGroup group)
    {
        var keys = new List<string>();
        var room = AboutLongest / 2;
        foreach (var key in group.Keys)
        {
            if (keys.Count > 0 && LengthOf(key) > room)
            {
                yield return group with { Keys = keys };
                (keys, room) = ([], AboutLongest / 2);
            }

            keys.Add(key);
            room -= LengthOf(key);
        }

        yield return group with { Keys = keys };
    }

    // With what stands before it.
    private static int LengthOf(string text) => Encoding.UTF8.GetByteCount(text) + 5;

    private static void WriteText(ByteBuffer buffer, string text)
    {
        var length = Strict.GetByteCount(text);
        Varint.Write(buffer, length);
        buffer.Advance(Strict.GetBytes(text, buffer.GetSpan(length)));
    }

    private static bool TryReadGroups(ref ReadOnlySpan<byte> rest, out List<InvalidationGroup> groups)
    {
        groups = [];
        if (!Varint.TryRead(ref rest, out var count))
        {
            return false;
        }

        // Each group and each key takes a byte at least, so the loops end with the bytes, whatever the counts say.
        for (; count > 0; count--)
        {
            if (!TryReadText(ref rest, out var node) || rest.Length < 2 * sizeof(long))
            {
                return false;
            }

            var cause = BinaryPrimitives.ReadInt64LittleEndian(rest);
            var stale = BinaryPrimitives.ReadInt64LittleEndian(rest[sizeof(long)..]);
            rest = rest[(2 * sizeof(long))..];
            if (!TryReadKeys(ref rest, out var keys))
            {
                return false;
            }

            groups.Add(new InvalidationGroup(node, keys) { Cause = cause, Stale = stale });
        }

        return true;
    }

    private static bool TryReadKeys(ref ReadOnlySpan<byte> rest, out List<string> keys)
    {
        keys = [];
        if (!Varint.TryRead(ref rest, out var count))
        {
            return false;
        }

        for (; count > 0; count--)
        {
            if (!TryReadText(ref rest, out var key))
            {
                return false;
            }

            keys.Add(key);
        }

        return true;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (!Varint.TryRead(ref rest, out var length) || length > rest.Length)
        {
            return false;
        }

        // Rubbish becomes a key that nobody has.
        text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return true;
    }
}
