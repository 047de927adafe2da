using Cacheme.Dashboards.Tests.Prometheus;

namespace Cacheme.Dashboards.Tests.Compose;

/// <summary>What can be known of compose.yml without an engine: its files are there, and its parts find each other.</summary>
public sealed class ComposeTests
{
    private const string Folder = "dashboards";
    private const string PrometheusFolder = "/etc/prometheus";
    private const string ProvisioningFolder = "/etc/grafana/provisioning";

    private static readonly ComposeFile File = YamlFile.Read<ComposeFile>($"{Folder}/compose.yml");
    private static readonly ScrapeConfiguration Scrapes = YamlFile.Read<ScrapeConfiguration>($"{Folder}/prometheus/prometheus.yml");
    private static readonly string Image = Repository.Read("samples/WebApi/Dockerfile");

    private static readonly DataSource Source =
        YamlFile.ReadGrafana<DataSourceFile>($"{Folder}/grafana/provisioning/datasources/prometheus.yml").Datasources.Single();

    private static readonly DashboardProvider Provider =
        YamlFile.ReadGrafana<DashboardProviderFile>($"{Folder}/grafana/provisioning/dashboards/cacheme.yml").Providers.Single();

    [Fact]
    public void Services_Always_AreTheFour() =>
        Assert.Equal(["grafana", "prometheus", "redis", "webapi"], File.Services.Keys.Order());

    [Fact]
    public void Services_Always_WaitForOnesThatThereAre() =>
        Assert.Empty(File.Services.Values.SelectMany(service => service.DependsOn).Except(File.Services.Keys));

    [Fact]
    public void Images_Always_AreOfAVersion() => Assert.Empty(
        File.Services.Values.Where(service => service.Build.Count == 0 && service.Image.Split(':') is not [_, { Length: > 0 } and not "latest"]).Select(service => service.Image));

    [Fact]
    public void Files_ThatAreMounted_AreThere() =>
        Assert.DoesNotContain(Mounts("prometheus").Concat(Mounts("grafana")).Select(mount => mount.Source), path => !Path.Exists(path));

    [Fact]
    public void Sample_Always_IsBuiltFromTheRepository()
    {
        var build = File.Services["webapi"].Build;
        var context = Repository.PathOf(Path.Combine(Folder, build["context"]));

        Assert.True(Path.Exists(Path.Combine(context, "Cacheme.sln")));
        Assert.True(Path.Exists(Path.Combine(context, build["dockerfile"])));
        Assert.Contains("dotnet publish samples/WebApi/WebApi.csproj", Image, StringComparison.Ordinal);
        Assert.True(Path.Exists(Path.Combine(context, "samples/WebApi/WebApi.csproj")));
    }

    [Fact]
    public void Ports_Always_AreOfThisMachineAlone() =>
        Assert.DoesNotContain(File.Services.Values.SelectMany(service => service.Ports), port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal));

    [Fact]
    public void Prometheus_Always_ScrapesTheSample()
    {
        var job = Assert.Single(Scrapes.ScrapeConfigs);
        var target = Assert.Single(Assert.Single(job.StaticConfigs)["targets"]).Split(':');

        Assert.Equal("/metrics", job.MetricsPath);
        Assert.Equal("webapi", target[0]);
        Assert.Contains($"EXPOSE {target[1]}\n", Image, StringComparison.Ordinal);
        Assert.Contains($"\"http://+:{target[1]}\"", Image, StringComparison.Ordinal);
        Assert.Equal(target[1], InnerPort("webapi"));
    }

    [Fact]
    public void Prometheus_Always_FindsItsFilesAndKeepsExemplars()
    {
        var command = File.Services["prometheus"].Command;
        var folder = Mounts("prometheus").Single(mount => mount.Target == PrometheusFolder).Source;

        Assert.Contains($"--config.file={PrometheusFolder}/prometheus.yml", command);
        Assert.Contains("--enable-feature=exemplar-storage", command);
        Assert.Equal(["cacheme.alerts.yml", "cacheme.rules.yml"], Scrapes.RuleFiles.Order());
        Assert.DoesNotContain(Scrapes.RuleFiles, file => !Path.Exists(Path.Combine(folder, file)));
    }

    [Fact]
    public void Grafana_Always_AsksThatPrometheus()
    {
        Assert.Equal(("cacheme-prometheus", "prometheus"), (Source.Uid, Source.Type));
        Assert.Equal($"http://prometheus:{InnerPort("prometheus")}", Source.Url);
        Assert.Equal(Scrapes.Global["scrape_interval"], Source.JsonData["timeInterval"]);
        Assert.Equal(Repository.PathOf($"{Folder}/grafana/provisioning"), Mounts("grafana").Single(mount => mount.Target == ProvisioningFolder).Source);
    }

    [Fact]
    public void Grafana_Always_ShowsTheDashboard()
    {
        var mount = Mounts("grafana").Single(mount => mount.Target.EndsWith(".json", StringComparison.Ordinal));

        Assert.False(Provider.AllowUiUpdates);
        Assert.Equal(Repository.PathOf($"{Folder}/grafana/cacheme.json"), mount.Source);
        Assert.Equal(Provider.Options["path"], Path.GetDirectoryName(mount.Target));
        Assert.Equal(mount.Target, File.Services["grafana"].Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]);
    }

    [Fact]
    public void Sample_Always_StoresInRedis()
    {
        var setting = File.Services["webapi"].Environment.Single(variable => variable.Key.StartsWith("Cacheme__Storages__", StringComparison.Ordinal));
        var storage = setting.Key.Split("__")[^1];

        Assert.Equal("redis://redis:6379", setting.Value);
        Assert.Contains($"\"{storage}\"", Repository.Read("samples/WebApi/Program.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_Always_ReadsTheSettingsOfItsImage() =>
        Assert.All(Image.Split('\n').Where(line => line.StartsWith("ENV ", StringComparison.Ordinal)), line =>
            Assert.Contains($"configuration[\"{line[4..line.IndexOf('=', StringComparison.Ordinal)]}\"]", Repository.Read("samples/WebApi/DataFolder.cs"), StringComparison.Ordinal));

    private static string InnerPort(string service) => Assert.Single(File.Services[service].Ports).Split(':')[^1];

    private static IEnumerable<(string Source, string Target)> Mounts(string service) => File.Services[service].Volumes
        .Select(volume => volume.Split(':'))
        .Select(parts => (Repository.PathOf(Path.Combine(Folder, parts[0])), parts[1]));
}
