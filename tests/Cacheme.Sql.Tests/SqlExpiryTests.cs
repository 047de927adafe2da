namespace Cacheme.Sql.Tests;

public sealed class SqlExpiryTests
{
    [Theory]
    [InlineData(1, 1_001)]
    [InlineData(TimeSpan.TicksPerMillisecond, 1_001)]
    [InlineData(TimeSpan.TicksPerMillisecond + 1, 1_002)]
    [InlineData(TimeSpan.TicksPerSecond, 2_000)]
    public void At_ATimeToLive_RoundsUp(long ticks, long expected) => Assert.Equal(expected, SqlExpiry.At(1_000, TimeSpan.FromTicks(ticks)));

    [Fact]
    public void At_NoTimeToLive_IsNever() => Assert.Null(SqlExpiry.At(1_000, null));
}
