namespace Cacheme.Redis.Tests;

public sealed class RedisStreamIdTests
{
    [Theory]
    [InlineData("0-1", 1)]
    [InlineData("1-0", 1 << 20)]
    [InlineData("1-1048575", (2 << 20) - 1)]
    [InlineData("8796093022207-1048575", long.MaxValue)]
    public void Number_OfAnId_IsThatOfTheIdAgain(string id, long number)
    {
        Assert.Equal(number, RedisStreamId.Parse(id).Number);
        Assert.Equal(id, RedisStreamId.Of(number).ToString());
    }

    [Theory]
    [InlineData("1-1048576")]
    [InlineData("8796093022208-0")]
    [InlineData("18446744073709551615-18446744073709551615")]
    public void Number_OfAnIdTooLargeForOne_IsNull(string id) => Assert.Null(RedisStreamId.Parse(id).Number);

    [Fact]
    public void Numbers_AreInTheOrderOfTheIds()
    {
        string[] ids = ["0-1", "0-1048575", "1-0", "1-1", "1700000000000-0", "1700000000000-1048575", "1700000000001-0"];

        var numbers = ids.Select(id => RedisStreamId.Parse(id).Number);

        Assert.Equal(numbers.Order(), numbers);
    }
}
