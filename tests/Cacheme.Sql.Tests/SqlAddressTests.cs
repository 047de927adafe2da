using Cacheme.Storage;

namespace Cacheme.Sql.Tests;

public sealed class SqlAddressTests
{
    [Fact]
    public void ReadOptions_Said_AreTaken()
    {
        var options = new FileStorageOptions();

        SqlAddress.ReadOptions(StorageUrl.Parse("sql://host/db?TABLE=pages&sweepInterval=-1&sweepBatchSize=7&own=1&timeout=5"), options, "own");

        Assert.Equal(("pages", Timeout.InfiniteTimeSpan, 7), (options.Table, options.SweepInterval, options.SweepBatchSize));
    }

    [Fact]
    public void ReadOptions_Unknown_ListsTheKnownOnesAndNoSecret()
    {
        var url = StorageUrl.Parse("sql://user:secret@host/db?tabel=pages");

        var message = Assert.Throws<CachemeSetupException>(() => SqlAddress.ReadOptions(url, new FileStorageOptions(), "own")).Message;

        Assert.Contains("tabel. It knows own, table, sweepInterval", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sql://host/db?poolSize=7", 7)]
    [InlineData("sql://host/db", null)]
    public void Number_SaidOrNot(string url, int? expected) => Assert.Equal(expected, SqlAddress.Number(StorageUrl.Parse(url), "poolSize"));
}
