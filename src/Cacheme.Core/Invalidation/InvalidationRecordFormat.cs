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
///    1  scope
///    n  text: the node's name, empty for tags
///    8  cause
///    8  what the entry of a loaded value must have known
///    8  what the entry of a value that was set must have known
///    n  varint count of keys or tags, and a text for each
/// </code>
/// What follows is for versions to come that only add: a reader leaves it alone.
/// </remarks>
internal static class InvalidationRecordFormat
{
    /// <summary>A record is about as long at most, unless a single key is longer. Well under what logs take.</summary>
    public const int AboutLongest = 32 * 1024;

    private const byte Version = 1;
    private const int FixedLength = 1 + (3 * sizeof(long));
    private const int NumbersLength = 3 * sizeof(long);
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
            buffer.GetSpan(1)[0] = (byte)group.Scope;
            buffer.Advance(1);
            WriteText(buffer, group.Node);
            var numbers = buffer.GetSpan(NumbersLength);
            BinaryPrimitives.WriteInt64LittleEndian(numbers, group.Cause);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], group.Limit.Loaded);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], group.Limit.Given);
            buffer.Advance(NumbersLength);
            Varint.Write(buffer, group.Names.Count);
            foreach (var name in group.Names)
            {
                WriteText(buffer, name);
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
            foreach (var piece in group.Names.Count == 0 ? [group] : Pieces(group))
            {
                var length = LengthOf(piece.Node) + piece.Names.Sum(LengthOf);
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
        var names = new List<string>();
        var room = AboutLongest / 2;
        foreach (var name in group.Names)
        {
            if (names.Count > 0 && LengthOf(name) > room)
            {
                yield return group with { Names = names };
                (names, room) = ([], AboutLongest / 2);
            }

            names.Add(name);
            room -= LengthOf(name);
        }

        yield return group with { Names = names };
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

        // Each group and each name takes a byte at least, so the loops end with the bytes, whatever the counts say.
        for (; count > 0; count--)
        {
            if (!TryReadScope(ref rest, out var scope) || !TryReadText(ref rest, out var node) || rest.Length < NumbersLength)
            {
                return false;
            }

            var cause = BinaryPrimitives.ReadInt64LittleEndian(rest);
            var limit = new KnownLimit(BinaryPrimitives.ReadInt64LittleEndian(rest[8..]), BinaryPrimitives.ReadInt64LittleEndian(rest[16..]));
            rest = rest[NumbersLength..];
            if (!TryReadNames(ref rest, out var names))
            {
                return false;
            }

            groups.Add(new InvalidationGroup(scope, node, names) { Cause = cause, Limit = limit });
        }

        return true;
    }

    // One that is not known may say anything.
    private static bool TryReadScope(ref ReadOnlySpan<byte> rest, out InvalidationScope scope)
    {
        scope = rest.IsEmpty ? default : (InvalidationScope)rest[0];
        if (rest.IsEmpty || scope > InvalidationScope.AllTags)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static bool TryReadNames(ref ReadOnlySpan<byte> rest, out List<string> names)
    {
        names = [];
        if (!Varint.TryRead(ref rest, out var count))
        {
            return false;
        }

        for (; count > 0; count--)
        {
            if (!TryReadText(ref rest, out var name))
            {
                return false;
            }

            names.Add(name);
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
