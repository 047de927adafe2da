using Cacheme.Servers;

namespace Cacheme.Dashboards.Tests.Prometheus;

/// <summary>Prometheus' own program looks at the files, and runs their tests.</summary>
public sealed class PromtoolTests
{
    private static readonly string Folder = Repository.PathOf("dashboards/prometheus");

    private static IEnumerable<string> TestFiles => Directory.GetFiles(Folder, "*.test.yml");

    [Fact]
    public Task Rules_Always_AreSound() => RunAsync(["check", "rules", .. Directory.GetFiles(Folder, "cacheme.*.yml").Except(TestFiles)]);

    [Fact]
    public Task Configuration_Always_IsSound() => RunAsync(["check", "config", Path.Combine(Folder, "prometheus.yml")]);

    [Fact]
    public Task Rules_OnTheSeriesOfTheirTests_DoWhatIsExpected() => RunAsync(["test", "rules", .. TestFiles]);

    private static async Task RunAsync(string[] arguments)
    {
        var (succeeded, said) = await Promtool.RunAsync(arguments);

        Assert.True(succeeded, said);
    }
}
