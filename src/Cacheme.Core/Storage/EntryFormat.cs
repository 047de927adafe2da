using System.Text;

namespace Cacheme.Storage;

/// <summary>The form of a value in a remote tier, version 1. Little-endian throughout; a text is a varint of its length, then UTF-8.</summary>
/// <remarks>
/// <code>
/// 2  magic, CA CE: no UTF-8 text begins so
/// 1  version
/// 1  flags: 1 null, 2 the two numbers below are there, 4 the value was not loaded but set; the others must be 0
/// 8  when the load started, Unix milliseconds
/// 8  when the entry expires, Unix milliseconds; the largest number for never
/// 4  the schema of the value, 0 as long as nobody writes one; readers do not judge it
/// 8  with flag 2 only: the last invalidation of the chain's log that was known when the load began
/// 4  with flag 2 only: the process that wrote it, a random number
/// n  text: the serializer's name
/// n  text: the node's name
/// n  text: the full key
/// n  varint count of tags, and a text for each
/// 4  length of the payload; of a fixed size, since it is known only when the payload is written
/// n  payload
/// 8  XxHash3 (64 bits) of all before it
/// </code>
/// In every version to come the magic and the version stand first and the checksum last: so an unknown version can be told
/// from a damaged entry.
/// </remarks>
internal static class EntryFormat
{
    public const byte Version = 1;

    public const byte NullFlag = 1;

    public const byte KnownFlag = 2;

    public const byte GivenFlag = 4;

    public const byte AllFlags = NullFlag | KnownFlag | GivenFlag;

    public const int OriginLength = sizeof(long) + sizeof(int);

    public const long Never = long.MaxValue;

    public const int VersionOffset = 2;

    public const int FlagsOffset = 3;

    public const int FixedLength = 24;

    public const int ChecksumLength = sizeof(ulong);

    /// <summary>Refuses lone surrogates, which would otherwise all become one replacement character, and two keys one.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static ReadOnlySpan<byte> Magic => [0xCA, 0xCE];
}
