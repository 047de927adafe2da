using System.Text.RegularExpressions;
using Cacheme.Dashboards.Tests.Prometheus;
using Cacheme.Observe;
using Cacheme.Observe.Dashboards;
using Cacheme.Servers;
using Cacheme.Testing;
using Dashboard = Cacheme.Dashboards.Tests.Grafana.Dashboard;

namespace Cacheme.Dashboards.Tests.Live;

/// <summary>A real Prometheus that scrapes two samples over a real Redis, under load, through an outage: what the dashboard and the rules ask of it has an answer, and the answer is true.</summary>
public sealed partial class PrometheusTests : IAsyncLifetime
{
    private const int Range = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cacheme-dashboards-");
    private RedisServer _redis = null!;           // these are started before each test
    private SampleProcess _one = null!;
    private SampleProcess _other = null!;
    private PrometheusServer _prometheus = null!;
    private PrometheusApi _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        RedisServer.Require();
        PrometheusServer.Require();
        _redis = await RedisServer.StartAsync();
        string[] settings = ["--Users:Delay", "00:00:00.010", "--Cacheme:Storages:shared", $"redis://{_redis.EndPoint}"];
        _one = await SampleProcess.StartAsync(_folder.FullName, settings);
        _other = await SampleProcess.StartAsync(_folder.FullName, settings);
        _prometheus = await PrometheusServer.StartAsync(
            "webapi",
            [_one.Address.Authority, _other.Address.Authority],
            [Repository.PathOf("dashboards/prometheus/cacheme.rules.yml"), Repository.PathOf("dashboards/prometheus/cacheme.alerts.yml")]);
        _api = new PrometheusApi(_prometheus.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        foreach (var started in new IAsyncDisposable?[] { _prometheus, _one, _other, _redis })
        {
            await (started?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EveryExpression_HasAFiniteSeries_AndTheHitRatioIsTrue()
    {
        // Scraped before the first request, so that no count is missing.
        await Eventually.HoldsAsync(async () => (await _api.QueryAsync("count(up == 1)", Token)) is [{ Last: 2 }]);
        using var load = new SampleLoad([_one.Address, _other.Address], TimeSpan.FromMilliseconds(2));
        using var ended = new CancellationTokenSource();
        var running = load.RunAsync(ended.Token);
        try
        {
            await ScrapedAsync("sum(cacheme_invalidation_lag_seconds_count)"); // both processes have heard of changes
            _redis.Stop();
            await ScrapedAsync("sum(cacheme_store_circuit_open)");
            await _redis.RestartAsync();

            var waiting = Expressions().ToList();
            await Eventually.HoldsAsync(async () =>
            {
                await Assert.AllAsync(waiting.ToList(), async expression =>
                {
                    Assert.Contains(await _api.QueryAsync(expression, Token), static series => double.IsFinite(series.Last));
                    waiting.Remove(expression);
                });
                return true;
            });
        }
        finally
        {
            await ended.CancelAsync();
            await running;
        }

        await AssertTrueAsync(load);
        await AssertVariablesAsync();
        await AssertExemplarsAsync();
        var (isClean, said) = await Promtool.RunAsync(["check", "metrics"], await CachemeMetricsAsync());
        Assert.True(isClean, said);
    }

    // What the callers were told, against what the recording rule and the dashboard say.
    private async Task AssertTrueAsync(SampleLoad load)
    {
        var truth = (double)load.HitsOf("/users") / (load.HitsOf("/users") + load.MissesOf("/users"));
        Assert.InRange(truth, 0.5, 0.999);
        await Eventually.HoldsAsync(async () =>
        {
            var counted = await _api.QueryAsync("""sum(cacheme_cache_requests_total{cacheme_node="UserInfoNode"})""", Token);
            Assert.Equal(load.HitsOf("/users") + load.MissesOf("/users"), Assert.Single(counted).Last);
            string[] told =
            [
                """cacheme:hit_ratio:rate5m{cacheme_node="UserInfoNode"}""",
                OfUsers("stat", "Hit ratio", "A"),
                OfUsers("table", "Nodes", "B"),
            ];
            await Assert.AllAsync(told, async expression => Assert.Equal(truth, Assert.Single(await _api.QueryAsync(expression, Token)).Last, 0.01));
            return true;
        });
    }

    // What a panel asks when its reader has chosen the node.
    private static string OfUsers(string type, string title, string query) => Resolve(Dashboard.Cacheme.Panels.Single(panel => (panel.Type, panel.Title) == (type, title))
        .Targets.Single(target => target.Id == query).Expression.Text.Replace("$node", "UserInfoNode", StringComparison.Ordinal));

    private async Task AssertVariablesAsync()
    {
        foreach (var variable in Dashboard.Cacheme.Variables.Where(static variable => variable.Type == "query"))
        {
            var query = LabelValues().Match(Resolve(variable.Query));
            Assert.True(query.Success, variable.Query);
            var series = await _api.QueryAsync($"count by ({query.Groups["label"].Value}) ({query.Groups["metric"].Value})", Token);
            Assert.NotEmpty(series);
        }
    }

    // By these the heatmap leads from a slow load to its trace.
    private async Task AssertExemplarsAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var series = await _api.AskAsync($"query_exemplars?query=cacheme_load_duration_seconds_bucket&start={now - Range}&end={now}", Token);
        Assert.Contains(
            series.EnumerateArray().SelectMany(static one => one.GetProperty("exemplars").EnumerateArray()),
            static exemplar => exemplar.GetProperty("labels").GetProperty("trace_id").GetString() is { Length: 32 });
    }

    // Of everything, but what .NET's own libraries export under their own names.
    private async Task<string> CachemeMetricsAsync()
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(_one.Address, "/metrics"), Token);
        return string.Concat(text.Split('\n').Where(static line => line.StartsWith("cacheme_", StringComparison.Ordinal) || line.Contains(" cacheme_", StringComparison.Ordinal)).Select(static line => line + "\n"));
    }

    private Task ScrapedAsync(string count) => Eventually.HoldsAsync(async () => (await _api.QueryAsync(count, Token)) is [{ Last: > 0 }]);

    private static IEnumerable<string> Expressions() =>
    [
        .. Dashboard.Cacheme.Targets.Select(static target => Resolve(target.Expression.Text)),
        .. RuleFile.Recorded.Where(static rule => !IsOfAnotherLibrary(rule)).Select(static rule => rule.Expr),
        .. RuleFile.Alerts.Select(static alert => Measuring(alert.Expr)),
    ];

    private static string Resolve(string expression) => Observe.Dashboards.Dashboard.Resolve(expression, Range);

    // For those who migrate: nothing of theirs runs here.
    private static bool IsOfAnotherLibrary(Rule rule) => rule.Labels.GetValueOrDefault("library") is "fusioncache" or "dotnet";

    // An alert that does not fire has no series. With "bool" its comparisons tell 0 or 1 in its place; a day is not at hand.
    private static string Measuring(string alert) => Comparison().Replace(alert, "$0 bool").Replace("offset 1d", "offset 2s", StringComparison.Ordinal);

    [GeneratedRegex("(?<= )(>=|<=|>|<)(?= )")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^label_values\((?<metric>.+), *(?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}
