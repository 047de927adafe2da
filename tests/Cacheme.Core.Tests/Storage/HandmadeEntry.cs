using System.IO.Hashing;
using System.Text;

namespace Cacheme.Tests.Storage;

/// <summary>An entry of version 1, written from its description alone, so that writer and reader are not their own judges.</summary>
internal sealed record HandmadeEntry
{
    public byte[] Magic { get; init; } = [0xCA, 0xCE];

    public byte Version { get; init; } = 1;

    public byte Flags { get; init; }

    public long StartedAt { get; init; } = 1_000;

    public long ExpiresAt { get; init; } = 61_000;

    public uint Schema { get; init; }

    public long? Known { get; init; }

    public int Writer { get; init; }

    public string Codec { get; init; } = "bytes";

    public string Node { get; init; } = "User";

    public string Key { get; init; } = "cacheme:user:1:";

    public string[] Tags { get; init; } = [];

    public int? TagCount { get; init; }

    public int? PayloadLength { get; init; }

    public byte[] Payload { get; init; } = [1, 2, 3];

    public byte[] AfterPayload { get; init; } = [];

    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Flags);
        writer.Write(StartedAt);
        writer.Write(ExpiresAt);
        writer.Write(Schema);
        if (Known is { } known)
        {
            writer.Write(known);
            writer.Write(Writer);
        }

        writer.Write(Codec);
        writer.Write(Node);
        writer.Write(Key);
        writer.Write7BitEncodedInt(TagCount ?? Tags.Length);
        foreach (var tag in Tags)
        {
            writer.Write(tag);
        }

        writer.Write(PayloadLength ?? Payload.Length);
        writer.Write(Payload);
        writer.Write(AfterPayload);
        writer.Write(XxHash3.HashToUInt64(stream.ToArray()));
        return stream.ToArray();
    }
}
