namespace Cacheme.Sql.Tests;

public sealed class SqlStorageOptionsTests
{
    [Theory]
    [InlineData("cacheme")]
    [InlineData("_")]
    [InlineData("a23456789_123456789_123456789_123456789_123456789_123456789_123")]
    public void Validate_GoodTable_Passes(string table) => new FileStorageOptions { Table = table }.Validate();

    [Theory]
    [InlineData("")]
    [InlineData("2nd")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a`; DROP TABLE b; --")]
    [InlineData("a\n")]
    [InlineData("caf\u00e9")]
    [InlineData("a23456789_123456789_123456789_123456789_123456789_123456789_1234")]
    public void Validate_BadTable_Throws(string table) => Assert.Throws<ArgumentException>(new FileStorageOptions { Table = table }.Validate);

    [Fact]
    public void Validate_OutOfRange_Throws() => Assert.All(
        [
            new FileStorageOptions { SweepInterval = TimeSpan.Zero },
            new FileStorageOptions { SweepInterval = TimeSpan.FromDays(31) },
            new FileStorageOptions { SweepBatchSize = 0 },
        ],
        options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
}
