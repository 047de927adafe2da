using System.Text;
using Cacheme.Storage;
using Cacheme.Tests.Serialization;

namespace Cacheme.Tests.Storage;

public sealed class EntryReaderTests
{
    private const string Key = "cacheme:user:1:";
    private const long Now = 2_000;

    private static EntryRead Read(HandmadeEntry entry, string key = Key, long now = Now, int maxPayload = 1000) =>
        new EntryReader("User", new BytesSerializer(), maxPayload).Read(entry.ToArray(), key, now);

    [Fact]
    public void Read_WholeEntry_GivesAllOfIt()
    {
        var read = Read(new HandmadeEntry());

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.Equal(1_000, read.StartedAt);
        Assert.Equal(61_000, read.ExpiresAt);
        Assert.False(read.IsNull);
        Assert.Equal([1, 2, 3], read.Payload.ToArray());
    }

    [Fact]
    public void Read_Payload_IsAPartOfTheBytes()
    {
        var bytes = new HandmadeEntry().ToArray();

        var read = new EntryReader("User", new BytesSerializer(), 1000).Read(bytes, Key, Now);

        Assert.True(bytes.AsSpan().Overlaps(read.Payload.Span));
    }

    [Fact]
    public void Read_NullEntry_IsNull()
    {
        var read = Read(new HandmadeEntry { Flags = 1, Payload = [] });

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.True(read.IsNull);
    }

    [Fact]
    public void Read_EntryWithoutExpiry_NeverExpires()
    {
        var read = Read(new HandmadeEntry { ExpiresAt = long.MaxValue }, now: long.MaxValue - 1);

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.Null(read.ExpiresAt);
    }

    [Theory]
    [InlineData(60_999, EntryStatus.Ok)]
    [InlineData(61_000, EntryStatus.Expired)]
    [InlineData(61_001, EntryStatus.Expired)]
    internal void Read_AroundTheExpiry_ServesUntilThen(long now, EntryStatus status) =>
        Assert.Equal(status, Read(new HandmadeEntry(), now: now).Status);

    [Theory]
    [InlineData("Users")]
    [InlineData("user")]
    [InlineData("")]
    public void Read_OtherNode_SaysSoAndWhenItsLoadStarted(string node)
    {
        var read = Read(new HandmadeEntry { Node = node });

        Assert.Equal(EntryStatus.OtherNode, read.Status);
        Assert.Equal(1_000, read.StartedAt);
    }

    [Theory]
    [InlineData("cacheme:user:1")]
    [InlineData("cacheme:user:1::")]
    [InlineData("cacheme:USER:1:")]
    [InlineData("cacheme:user:1: ")]
    [InlineData("")]
    public void Read_OtherKey_SaysSo(string key) =>
        Assert.Equal(EntryStatus.OtherKey, Read(new HandmadeEntry(), key).Status);

    [Fact]
    public void Read_KeyWithReplacementCharacter_IsNotTheKeyWithALoneSurrogate() =>
        Assert.Equal(EntryStatus.OtherKey, Read(new HandmadeEntry { Key = "a\uFFFDb" }, "a\uD800b").Status);

    [Theory]
    [InlineData("k\u00E9y:\u4E2D\u6587:\U0001F600")]
    [InlineData("")]
    public void Read_LongKeyOfAnyText_IsRecognized(string start)
    {
        for (var length = 490; length < 530; length++)
        {
            var key = start + new string('x', length) + start + new string('\u4E2D', length);

            Assert.Equal(EntryStatus.Ok, Read(new HandmadeEntry { Key = key }, key).Status);
            Assert.Equal(EntryStatus.OtherKey, Read(new HandmadeEntry { Key = key }, key + "x").Status);
            Assert.Equal(EntryStatus.OtherKey, Read(new HandmadeEntry { Key = key + "x" }, key).Status);
        }
    }

    [Theory]
    [InlineData("json")]
    [InlineData("Bytes")]
    public void Read_OtherSerializer_SaysSo(string codec) =>
        Assert.Equal(EntryStatus.OtherCodec, Read(new HandmadeEntry { Codec = codec }).Status);

    [Fact]
    public void Read_ExpiredEntryOfAnotherNode_IsExpired() =>
        Assert.Equal(EntryStatus.Expired, Read(new HandmadeEntry { Node = "Users", Codec = "json" }, now: 70_000).Status);

    [Theory]
    [InlineData(1000, EntryStatus.Ok)]
    [InlineData(1001, EntryStatus.TooLarge)]
    internal void Read_PayloadNearTheLimit_IsReadUpToIt(int length, EntryStatus status) =>
        Assert.Equal(status, Read(new HandmadeEntry { Payload = new byte[length] }).Status);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(255, 0)]
    [InlineData(1, 8)]
    [InlineData(1, 0x81)]
    public void Read_UnknownVersionOrFlag_SaysSo(byte version, byte flags) =>
        Assert.Equal(EntryStatus.UnknownVersion, Read(new HandmadeEntry { Version = version, Flags = flags }).Status);

    [Fact]
    public void Read_UnknownVersionThatIsChanged_IsDamaged()
    {
        var bytes = new HandmadeEntry { Version = 2 }.ToArray();
        bytes[^9] ^= 1;

        Assert.Equal(EntryStatus.Damaged, new EntryReader("User", new BytesSerializer(), 1000).Read(bytes, Key, Now).Status);
    }

    [Fact]
    public void Read_TagsAndSchema_AreSkipped()
    {
        var read = Read(new HandmadeEntry { Tags = ["a", "", new string('\u00E9', 200)], Schema = uint.MaxValue });

        Assert.Equal(EntryStatus.Ok, read.Status);
        Assert.Equal([1, 2, 3], read.Payload.ToArray());
    }

    // Each has a checksum that fits, so that it gets past it.
    public static TheoryData<string> Malformed => [.. MalformedEntries.Keys];

    private static Dictionary<string, HandmadeEntry> MalformedEntries { get; } = new()
    {
        ["another magic"] = new() { Magic = [0xCA, 0xCF] },
        ["text"] = new() { Magic = "{\""u8.ToArray() },
        ["more tags than there are"] = new() { TagCount = 1 },
        ["more tags than could be"] = new() { TagCount = int.MaxValue },
        ["a negative count of tags"] = new() { TagCount = -1 },
        ["a payload longer than the entry"] = new() { PayloadLength = 4 },
        ["a payload longer than memory"] = new() { PayloadLength = int.MaxValue },
        ["a payload of negative length"] = new() { PayloadLength = -1 },
        ["bytes after the payload"] = new() { AfterPayload = [0] },
        ["a null with a payload"] = new() { Flags = 1 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_Malformed_IsDamaged(string what) => Assert.Equal(EntryStatus.Damaged, Read(MalformedEntries[what]).Status);

    [Fact]
    public void Read_CutOffAnywhere_IsDamaged()
    {
        var reader = new EntryReader("User", new BytesSerializer(), 1000);
        var bytes = new HandmadeEntry().ToArray();

        Assert.All(Enumerable.Range(0, bytes.Length), length =>
            Assert.Equal(EntryStatus.Damaged, reader.Read(bytes.AsMemory(0, length), Key, Now).Status));
    }

    [Fact]
    public void Read_AnyBitFlipped_IsDamaged()
    {
        var reader = new EntryReader("User", new BytesSerializer(), 1000);
        var bytes = new HandmadeEntry().ToArray();

        Assert.All(Enumerable.Range(0, bytes.Length * 8), bit =>
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(EntryStatus.Damaged, reader.Read(changed, Key, Now).Status);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"Id\":1,\"Name\":\"a value that another program wrote as JSON\"}")]
    public void Read_ForeignText_IsDamaged(string text) => Assert.Equal(
        EntryStatus.Damaged, new EntryReader("User", new BytesSerializer(), 1000).Read(Encoding.UTF8.GetBytes(text), Key, Now).Status);
}
