using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cacheme.Servers;

/// <summary>A Prometheus that scrapes each second, with exemplars. It keeps what it was told over a restart.</summary>
public sealed class PrometheusServer : ServerProcess
{
    private static readonly ServerProgram Program = new("prometheus", "'brew install prometheus'");

    private readonly string _configuration;
    private readonly HttpClient _client = new();

    private PrometheusServer(string configuration)
        : base("prometheus") => _configuration = configuration;

    /// <summary>Where it is asked, and where a browser sees it.</summary>
    public Uri Address => new($"http://{EndPoint}");

    /// <summary>Throws where prometheus is not installed.</summary>
    /// <exception cref="ServerMissingException">It is not.</exception>
    public static void Require() => Program.Require();

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="job">The name of what it scrapes.</param>
    /// <param name="targets">The hosts and ports to scrape, under /metrics.</param>
    /// <param name="rules">Files with rules.</param>
    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<PrometheusServer> StartAsync(string job, IEnumerable<string> targets, IEnumerable<string> rules)
    {
        Require();
        // JSON is YAML, and quotes what needs it.
        var server = new PrometheusServer(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["global"] = new { scrape_interval = "1s", evaluation_interval = "1s" },
            ["rule_files"] = rules.Select(Path.GetFullPath),
            ["scrape_configs"] = new[] { new { job_name = job, static_configs = new[] { new { targets } } } },
        }));
        await server.LaunchAsync();
        return server;
    }

    /// <inheritdoc/>
    protected override Task PrepareAsync() => File.WriteAllTextAsync(ConfigurationFile, _configuration);

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => new(
        Program.Require(),
        [
            $"--config.file={ConfigurationFile}", $"--storage.tsdb.path={Path.Combine(Folder.FullName, "data")}",
            $"--web.listen-address={EndPoint}", "--enable-feature=exemplar-storage", "--log.level=warn",
        ]);

    /// <inheritdoc/>
    protected override async Task<bool> AnswersAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            // It does not tell its process, but where its configuration is, which is nobody else's.
            using var ready = await _client.GetAsync(new Uri(Address, "/-/ready"), cancellationToken);
            var flags = await _client.GetFromJsonAsync<JsonElement>(new Uri(Address, "/api/v1/status/flags"), cancellationToken);
            return ready.IsSuccessStatusCode && flags.GetProperty("data").GetProperty("config.file").GetString() == ConfigurationFile;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or KeyNotFoundException)
        {
            return false;
        }
    }

    private string ConfigurationFile => Path.Combine(Folder.FullName, "prometheus.json");
}
