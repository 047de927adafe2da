using Cacheme.Storage;
using Cacheme.Tests.Serialization;

namespace Cacheme.Tests.Storage;

public sealed class EntryWriterTests
{
    private const string Key = "cacheme:user:1:";

    private static EntryWriter Writer(int maxPayload = 1000) => new("User", new BytesSerializer(), maxPayload);

    [Fact]
    public void TryWrite_Value_IsWhatTheDescriptionSays()
    {
        Assert.True(Writer().TryWrite(Key, new byte[] { 1, 2, 3 }, new EntryHeader(1_000, 61_000), out var entry));

        Assert.Equal(new HandmadeEntry().ToArray(), entry.ToArray());
    }

    [Fact]
    public void TryWrite_NoExpiry_IsTheLargestNumber()
    {
        Assert.True(Writer().TryWrite(Key, new byte[] { 1, 2, 3 }, new EntryHeader(1_000, null), out var entry));

        Assert.Equal(new HandmadeEntry { ExpiresAt = long.MaxValue }.ToArray(), entry.ToArray());
    }

    [Fact]
    public void WriteNull_Always_SetsTheFlagAndHasNoPayload()
    {
        var entry = Writer().WriteNull(Key, new EntryHeader(1_000, 61_000));

        Assert.Equal(new HandmadeEntry { Flags = 1, Payload = [] }.ToArray(), entry.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("k\u00E9y:\u4E2D\u6587:\U0001F600")]
    public void TryWrite_AnyText_IsUtf8(string key)
    {
        var text = key + new string('x', 300);
        Assert.True(Writer().TryWrite(text, new byte[] { 1, 2, 3 }, new EntryHeader(1_000, 61_000), out var entry));

        Assert.Equal(new HandmadeEntry { Key = text }.ToArray(), entry.ToArray());
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    [InlineData(1_000_000, false)]
    public void TryWrite_PayloadNearTheLimit_IsWrittenUpToIt(int length, bool written)
    {
        Assert.Equal(written, Writer().TryWrite(Key, new byte[length], new EntryHeader(0, null), out var entry));
        Assert.Equal(written, !entry.IsEmpty);
    }

    [Fact]
    public void TryWrite_PayloadOfTheLargestLimit_DoesNotOverflow() =>
        Assert.True(Writer(int.MaxValue).TryWrite(Key, new byte[10_000], new EntryHeader(0, null), out _));

    [Fact]
    public void TryWrite_JsonOverTheLimit_IsRefused() =>
        Assert.False(new EntryWriter("User", CacheSerializers.Json, 1000).TryWrite(Key, new string('x', 1000), new EntryHeader(0, null), out _));

    [Fact]
    public void TryWrite_MessagePackOverTheLimit_IsRefused()
    {
        // Many, so that it is stopped in between, where MessagePack wraps the exception that stops it.
        var value = Enumerable.Repeat(new string('x', 100), 1_000).ToList();

        Assert.False(new EntryWriter("User", CacheSerializers.MessagePack, 1000).TryWrite(Key, value, new EntryHeader(0, null), out _));
    }

    [Fact]
    public void TryWrite_SerializerFails_ThrowsWhatItThrew()
    {
        var failure = new InvalidOperationException("no");
        var writer = new EntryWriter("User", new BytesSerializer(failure: failure), 1000);

        Assert.Same(failure, Assert.Throws<InvalidOperationException>(() => writer.TryWrite(Key, new byte[3], new EntryHeader(0, null), out _)));
    }

    // Not inline data: an attribute's text is itself stored as UTF-8.
    [Fact]
    public void Write_LoneSurrogate_IsRefused() => Assert.All(["a\uD800b", "a\uDC00", "\uD800"], text =>
    {
        Assert.ThrowsAny<ArgumentException>(() => Writer().TryWrite(text, new byte[3], new EntryHeader(0, null), out _));
        Assert.ThrowsAny<ArgumentException>(() => Writer().WriteNull(text, new EntryHeader(0, null)));
        Assert.ThrowsAny<ArgumentException>(() => new EntryWriter(text, new BytesSerializer(), 1000));
    });
}
