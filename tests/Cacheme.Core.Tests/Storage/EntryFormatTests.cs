using Cacheme.Storage;
using Cacheme.Tests.Serialization;

namespace Cacheme.Tests.Storage;

/// <summary>Bytes of each released version, as they lie in somebody's storage. They are never changed, only added to.</summary>
public sealed class EntryFormatTests
{
    private const string ValueOfVersion1 =
        "CACE010000DC20749701000060C621749701000000000000076D73677061636B04557365721863616368656D653A757365723A34323AC3A9"
        + "E4B8AD3A7632000400000093010203D2F9C5543DD103FA";
    private const string NullOfVersion1 =
        "CACE010100DC207497010000FFFFFFFFFFFFFF7F00000000076D73677061636B04557365721863616368656D653A757365723A34323AC3A9"
        + "E4B8AD3A76320000000000E16D6BCE3D49E9FA";
    private const string TaggedOfVersion1 =
        "CACE010000DC20749701000060C621749701000004030201076D73677061636B04557365721863616368656D653A757365723A34323AC3A9"
        + "E4B8AD3A763202067465616D3A3702C3A90400000093010203DE2C736F466A5D41";

    private const string Key = "cacheme:user:42:\u00E9\u4E2D:v2";
    private const long StartedAt = 1_750_000_000_000;

    private static readonly EntryReader Reader = new("User", new BytesSerializer("msgpack"), 1000);

    [Fact]
    public void Read_ValueOfVersion1_IsRead()
    {
        var read = Reader.Read(Convert.FromHexString(ValueOfVersion1), Key, StartedAt);

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.Equal(StartedAt, read.StartedAt);
        Assert.Equal(StartedAt + 60_000, read.ExpiresAt);
        Assert.Null(EntryReader.TagsOf(read));
        Assert.Equal([0x93, 1, 2, 3], read.Payload.ToArray());
    }

    [Fact]
    public void Read_NullOfVersion1_IsRead()
    {
        var read = Reader.Read(Convert.FromHexString(NullOfVersion1), Key, StartedAt);

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.True(read.IsNull);
        Assert.Null(read.ExpiresAt);
    }

    [Fact]
    public void Read_TaggedOfVersion1_IsRead()
    {
        var read = Reader.Read(Convert.FromHexString(TaggedOfVersion1), Key, StartedAt);

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.Equal([0x93, 1, 2, 3], read.Payload.ToArray());
        Assert.Equal(["team:7", "\u00E9"], EntryReader.TagsOf(read));
        Assert.Equal(0, read.Known);
    }

    [Fact]
    public void Write_WithWhatItKnewAndTags_IsAsDescribed()
    {
        var writer = new EntryWriter("User", new BytesSerializer("msgpack"), 1000);
        var handmade = new HandmadeEntry
        {
            Flags = 2 | 4, Known = 0x0102030405060708, Writer = 0x090A0B0C, StartedAt = StartedAt, ExpiresAt = StartedAt + 60_000, Codec = "msgpack", Key = Key, Tags = ["team:7", "\u00E9"],
        };

        var header = new EntryHeader(StartedAt, StartedAt + 60_000, handmade.Known.Value, handmade.Writer, handmade.Tags, IsGiven: true);
        Assert.True(writer.TryWrite(Key, new byte[] { 1, 2, 3 }, header, out var value));
        Assert.Equal(Convert.ToHexString(handmade.ToArray()), Convert.ToHexString(value.Span));

        var read = Reader.Read(value, Key, StartedAt);
        Assert.Equal((EntryStatus.Ok, handmade.Known.Value, handmade.Writer, true), (read.Status, read.Known, read.Writer, read.IsGiven));
        Assert.Equal(handmade.Tags, EntryReader.TagsOf(read));
    }

    [Fact]
    public void Write_Today_IsVersion1()
    {
        var writer = new EntryWriter("User", new BytesSerializer("msgpack"), 1000);

        Assert.True(writer.TryWrite(Key, new byte[] { 0x93, 1, 2, 3 }, new EntryHeader(StartedAt, StartedAt + 60_000), out var value));
        Assert.Equal(ValueOfVersion1, Convert.ToHexString(value.Span));
        Assert.Equal(NullOfVersion1, Convert.ToHexString(writer.WriteNull(Key, new EntryHeader(StartedAt, null)).Span));
    }
}
