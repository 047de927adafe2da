using Cacheme.Storage.Outage.Runs;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>The outage runs in their short form: callers ask while the storage is in trouble, and nothing of it reaches them.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class OutageSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private const int Faults = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_DuringAFault_AllGetTheRightValueInTime(int fault)
    {
        Assert.Equal(Faults, Backend.Faults.Count);

        var report = await OutageRun.ExecuteAsync(Backend, Backend.Faults[fault], OutagePlan.Brief);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.True(!report.Problems.Any(), string.Join(Environment.NewLine, report.Problems));
        Assert.Equal(OutagePlan.Brief.Requests, report.Requests);
    }
}
