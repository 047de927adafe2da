using System.IO.Compression;
using System.Security.Cryptography;
using Cacheme.Serialization;

namespace Cacheme.Tests.Serialization;

public sealed class ZLibCacheSerializerTests
{
    private const int Limit = 10 * 1024 * 1024;

    private static readonly ICacheSerializer Serializer = new BytesSerializer().Compressed(Limit, threshold: 100);

    private static byte[] Attack(int declared, int length)
    {
        using var stream = new MemoryStream();
        stream.WriteByte(1);
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt(declared);
        }

        using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(new byte[length]);
        }

        return stream.ToArray();
    }

    [Fact]
    public void Name_IsThatOfTheOtherAndItsOwn() => Assert.Equal("bytes+zlib", Serializer.Name);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(100_000, 1)]
    public void Serialize_AroundTheThreshold_CompressesFromThereOn(int length, byte form)
    {
        var bytes = Serializer.ToBytes(new byte[length]);

        Assert.Equal(form, bytes[0]);
        Assert.True(form == 0 ? bytes.Length == length + 1 : bytes.Length < length);
        Assert.Equal(new byte[length], Serializer.Deserialize<byte[]>(bytes));
    }

    [Fact]
    public void Serialize_WhatCannotBeCompressed_StaysAsItIs()
    {
        var noise = RandomNumberGenerator.GetBytes(10_000);

        var bytes = Serializer.ToBytes(noise);

        Assert.Equal([0, .. noise], bytes);
        Assert.Equal(noise, Serializer.Deserialize<byte[]>(bytes));
    }

    [Theory]
    [InlineData(1024 * 1024, 1)] // up to 1 MiB any ratio goes
    [InlineData(1024 * 1024 + 1, 0)] // which is over a hundredfold
    [InlineData(Limit + 1, 0)]
    public void Serialize_WhatWouldBeTakenForABomb_StaysReadable(int length, byte form)
    {
        var bytes = Serializer.ToBytes(new byte[length]);

        Assert.Equal(form, bytes[0]);
        Assert.Equal(length, Serializer.Deserialize<byte[]>(bytes).Length);
    }

    [Fact]
    public void Compressed_SizeOverItsOwnLimit_IsNeitherWrittenNorRead()
    {
        var serializer = new BytesSerializer().Compressed(1_000, threshold: 0);

        Assert.Equal(1, serializer.ToBytes(new byte[1_000])[0]);
        Assert.Equal(0, serializer.ToBytes(new byte[1_001])[0]);
        Assert.Equal(1_000, serializer.Deserialize<byte[]>(Attack(1_000, 1_000)).Length);
        Assert.Throws<InvalidDataException>(() => serializer.Deserialize<byte[]>(Attack(1_001, 1_001)));
    }

    [Fact]
    public void RoundTrip_LargeButPlausible_IsCompressed()
    {
        // A page of noise, repeated: some twenty to one.
        var page = RandomNumberGenerator.GetBytes(1_000);
        var value = Enumerable.Range(0, 5_000).SelectMany(i => (byte[])[.. page.AsSpan(0, 900), (byte)i, (byte)(i >> 8), .. RandomNumberGenerator.GetBytes(20)]).ToArray();

        var bytes = Serializer.ToBytes(value);

        Assert.Equal(1, bytes[0]);
        Assert.Equal(value, Serializer.Deserialize<byte[]>(bytes));
    }

    [Theory]
    [InlineData(Limit + 1, Limit + 1)] // honest
    [InlineData(100_000_000, 100_000_000)]
    [InlineData(Limit, Limit)] // within the limit, but a thousandfold
    [InlineData(1_000, 100_000_000)] // declares less
    [InlineData(1_000_000, 1_000)] // declares more
    [InlineData(int.MaxValue, 1_000)]
    [InlineData(-1, 1_000)]
    public void Deserialize_Bomb_IsRefusedWithLittleMemory(int declared, int length)
    {
        var attack = Attack(declared, length);
        Serializer.Deserialize<byte[]>(Serializer.ToBytes(new byte[1_000]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = Record.Exception(() => Serializer.Deserialize<byte[]>(attack));

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(failure is InvalidDataException or EndOfStreamException, failure?.ToString());
        Assert.InRange(allocated, 0, 1_100_000);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 2 })]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0x80 })]
    [InlineData(new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 1, 5, 1, 2, 3 })]
    public void Deserialize_Rubbish_Throws(byte[] bytes) =>
        Assert.ThrowsAny<Exception>(() => Serializer.Deserialize<byte[]>(bytes));

    [Fact]
    public void Compressed_SerializerOfTheApplicationsOwn_Serves()
    {
        var value = new byte[5_000];
        value[17] = 4;

        Assert.Equal(value, new BytesSerializer("own").Compressed().RoundTrip(value));
    }

    [Fact]
    public void Compressed_LargestLimits_CostNothing() => Assert.Equal(
        [1, 2], new BytesSerializer().Compressed(int.MaxValue, threshold: int.MaxValue).RoundTrip(new byte[] { 1, 2 }));

    [Fact]
    public void Compressed_LimitsThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CacheSerializers.Json.Compressed(maxDecompressedSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CacheSerializers.Json.Compressed(threshold: -1));
    }
}
