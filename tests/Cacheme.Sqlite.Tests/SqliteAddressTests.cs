using Cacheme.Storage;
using Microsoft.Data.Sqlite;

namespace Cacheme.Sqlite.Tests;

public sealed class SqliteAddressTests
{
    [Theory]
    [InlineData("sqlite:///var/lib/app/cache.db", "/var/lib/app/cache.db")]
    [InlineData("sqlite:///C:/data/cache.db", "C:/data/cache.db")]
    [InlineData("sqlite:///var/my%20app/caf\u00e9.db", "/var/my app/caf\u00e9.db")]
    [InlineData("sqlite:///var/a;Mode=Memory", "/var/a;Mode=Memory")]
    [InlineData("sqlite://./data/Cache.db", "data/Cache.db")]
    [InlineData("sqlite://../Cache.db", "../Cache.db")]
    [InlineData("sqlite:cache.db", "cache.db")]
    public void Read_Path_IsTheDataSource(string address, string path) =>
        Assert.Equal(path, new SqliteConnectionStringBuilder(Read(address).ConnectionString).DataSource);

    [Fact]
    public void Read_NoOptions_KeepsTheDefaults() =>
        Assert.Equivalent(new SqliteStorageOptions(), Read("sqlite:///cache.db?timeout=500").Options);

    [Fact]
    public void Read_Options_AreTaken()
    {
        var options = Read("sqlite:///c.db?table=pages&Readers=8&maxQueued=5&busyTimeout=250&sweepInterval=30000&sweepBatchSize=7").Options;

        var expected = new SqliteStorageOptions
        {
            Table = "pages",
            Readers = 8,
            MaxQueued = 5,
            BusyTimeout = TimeSpan.FromMilliseconds(250),
            SweepInterval = TimeSpan.FromSeconds(30),
            SweepBatchSize = 7,
        };
        Assert.Equivalent(expected, options);
    }

    [Fact]
    public void Read_SweepIntervalOfMinusOne_IsNever() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, Read("sqlite:///c.db?sweepInterval=-1").Options.SweepInterval);

    [Fact]
    public void Read_UnknownOption_ListsTheKnownOnes()
    {
        var message = Assert.Throws<CachemeSetupException>(() => Read("sqlite:///c.db?reader=8")).Message;

        Assert.Contains("reader.", message, StringComparison.Ordinal);
        Assert.Contains("readers, maxQueued", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite://")]
    [InlineData("sqlite:///")]
    [InlineData("sqlite://cache.db")]
    [InlineData("sqlite://data/cache.db")]
    [InlineData("sqlite://.,other/cache.db")]
    [InlineData("sqlite://user:secret@localhost/cache.db")]
    public void Read_NoFile_SaysHowToWriteIt(string address)
    {
        var message = Assert.Throws<CachemeSetupException>(() => Read(address)).Message;

        Assert.Contains("sqlite:///directory/file.db", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    private static SqliteAddress Read(string address) => SqliteAddress.Read(StorageUrl.Parse(address));
}
