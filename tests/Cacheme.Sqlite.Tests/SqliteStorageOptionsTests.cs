namespace Cacheme.Sqlite.Tests;

public sealed class SqliteStorageOptionsTests
{
    [Theory]
    [InlineData("cacheme")]
    [InlineData("_")]
    [InlineData("Order2")]
    [InlineData("a23456789_123456789_123456789_123456789_123456789_123456789_123")]
    public void Validate_GoodTable_Passes(string table) => new SqliteStorageOptions { Table = table }.Validate();

    [Theory]
    [InlineData("")]
    [InlineData("2nd")]
    [InlineData("a b")]
    [InlineData("a\"; DROP TABLE b; --")]
    [InlineData("a\n")]
    [InlineData("caf\u00e9")]
    [InlineData("\u212Aelvin")]
    [InlineData("SQLite_things")]
    [InlineData("a23456789_123456789_123456789_123456789_123456789_123456789_1234")]
    public void Validate_BadTable_Throws(string table) =>
        Assert.Throws<ArgumentException>(new SqliteStorageOptions { Table = table }.Validate);

    [Fact]
    public void Validate_OutOfRange_Throws() => Assert.All(
        [
            new SqliteStorageOptions { Readers = 0 },
            new SqliteStorageOptions { MaxQueued = -1 },
            new SqliteStorageOptions { BusyTimeout = TimeSpan.FromTicks(-1) },
            new SqliteStorageOptions { SweepInterval = TimeSpan.Zero },
            new SqliteStorageOptions { SweepBatchSize = 0 },
        ],
        options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
}
