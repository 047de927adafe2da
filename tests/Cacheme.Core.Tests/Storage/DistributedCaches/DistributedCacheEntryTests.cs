using System.Buffers;
using System.Runtime.InteropServices;
using Cacheme.Storage;

namespace Cacheme.Tests.Storage.DistributedCaches;

public sealed class DistributedCacheEntryTests
{
    private const long Now = 0x0102_0304_0506;

    // A minute after Now, in the form of version 1; it is read by every later version.
    private static readonly byte[] Golden = [0xCA, 0xCE, 0xD1, 1, 0x66, 0xEF, 0x04, 0x03, 0x02, 0x01, 0, 0, 7, 8, 9];

    private static readonly byte[] GoldenForEver = [0xCA, 0xCE, 0xD1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9];

    private static readonly byte[] Value = [7, 8, 9];

    [Fact]
    public void Written_ValueWithALife_IsTheGoldenBytes()
    {
        Assert.Equal(Golden, DistributedCacheEntry.ToArray(Value, TimeSpan.FromMinutes(1), Now));
        Assert.Equal(Golden, DistributedCacheEntry.ToSequence(Value, TimeSpan.FromMinutes(1), Now).ToArray());
    }

    [Fact]
    public void Written_ValueForEver_IsTheGoldenBytes()
    {
        Assert.Equal(GoldenForEver, DistributedCacheEntry.ToArray(Value, null, Now));
        Assert.Equal(GoldenForEver, DistributedCacheEntry.ToArray(Value, TimeSpan.MaxValue, Now));
        Assert.Equal(GoldenForEver, DistributedCacheEntry.ToSequence(Value, null, Now).ToArray());
    }

    [Fact]
    public void ToSequence_Value_IsNotCopied()
    {
        var last = DistributedCacheEntry.ToSequence(Value, null, Now).Slice(DistributedCacheEntry.HeaderLength).First;

        Assert.True(MemoryMarshal.TryGetArray(last, out var array));
        Assert.Same(Value, array.Array);
    }

    [Theory]
    [InlineData(59_999, true)]
    [InlineData(60_000, false)]
    public void Read_AroundItsEnd_ExpiresToTheMillisecond(long later, bool exists) =>
        Assert.Equal(exists, DistributedCacheEntry.Read(Golden, Now + later).Exists);

    [Fact]
    public void Read_Value_IsWhatStandsBehindTheHeader()
    {
        Assert.Equal(Value, DistributedCacheEntry.Read(Golden, Now).Bytes.ToArray());
        Assert.Equal(Value, DistributedCacheEntry.Read(GoldenForEver, long.MaxValue).Bytes.ToArray());
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xCA, 0xCE, 0xD1 })]
    [InlineData(new byte[] { 0xCA, 0xCE, 0xD1, 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0xCA, 0xCE, 0xD1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 7 })]
    [InlineData(new byte[] { 0xCA, 0xCE, 0xD0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7 })]
    [InlineData(new byte[] { 0xCA, 0xCE, 0xD1, 1, 0, 0, 0, 0, 0, 0, 0, 0x80, 7 })]
    [InlineData(new byte[] { 123, 34, 110, 97, 109, 101, 34, 58, 34, 65, 100, 97, 34, 125 })]
    public void Read_WhatIsNotOurs_IsAbsent(byte[] bytes) => Assert.False(DistributedCacheEntry.Read(bytes, Now).Exists);

    // A second more than the header, in whole seconds; ten years where there is no end.
    [Theory]
    [InlineData(1L, 2)]
    [InlineData(TimeSpan.TicksPerSecond, 2)]
    [InlineData(TimeSpan.TicksPerSecond + 1, 3)]
    [InlineData(90 * TimeSpan.TicksPerSecond, 91)]
    [InlineData(long.MaxValue, 315_360_000)]
    [InlineData(null, 315_360_000)]
    public void OptionsFor_Life_IsLongerThanIt(long? ticks, int seconds)
    {
        var options = DistributedCacheEntry.OptionsFor(ticks is { } some ? new TimeSpan(some) : null);

        Assert.Equal(TimeSpan.FromSeconds(seconds), options.AbsoluteExpirationRelativeToNow);
        Assert.Null(options.SlidingExpiration);
    }
}
