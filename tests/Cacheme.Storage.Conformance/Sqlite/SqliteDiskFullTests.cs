using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Storage.Outage.Runs;

namespace Cacheme.Storage.Conformance.Sqlite;

/// <summary>What befalls files and no server: the disk is full.</summary>
public sealed class SqliteDiskFullTests(BackendFixture<SqliteSmallDiskBackend> fixture) : IClassFixture<BackendFixture<SqliteSmallDiskBackend>>
{
    [Fact]
    public async Task Requests_TheDiskIsFull_AllGetTheRightValueInTime()
    {
        var backend = fixture.Backend;

        var report = await OutageRun.ExecuteAsync(backend, Assert.Single(backend.Faults), OutagePlan.Brief);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Empty(report.Problems);
    }
}
