using System.Globalization;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>Which series there are: all from the start, and never more than the nodes and storages make.</summary>
public sealed class SeriesTests : IAsyncDisposable
{
    private const int MostOfANode = 20;
    private const int MostOfAStorage = 75;
    private const int OfTheHost = 2; // tags, of two origins

    private RedisServer _redis = null!; // started by each test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task EveryCounterAndGauge_IsThereBeforeTheFirstRequest()
    {
        await using var app = await StartAsync();

        var seen = await app.ScrapeAsync();

        var expected = TelemetryDocument.Instruments.Where(static instrument => instrument.Kind != "histogram").Select(static instrument => instrument.Metric);
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen.Series.Select(static series => series.Metric).Where(static metric => !IsOfAHistogram(metric)).Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen.Series.Where(static series => series.Metric.EndsWith("_total", StringComparison.Ordinal) && !IsOfStarting(series)), static series => Assert.Equal(0, series.Value));
        Assert.Equal(
            ["hit local", "hit other", "miss none"],
            seen.Of("cacheme_cache_requests_total").Where(static series => series.Labels["cacheme_node"] == "PairNode")
                .Select(static series => $"{series.Labels["cacheme_result"]} {series.Labels["cacheme_tier"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ManyKeysTagsAndFailures_MakeNoMoreSeriesThanTheirNodesAndStorages()
    {
        const int Nodes = 30;
        await using var app = await StartAsync();
        var nodes = Enumerable.Range(0, Nodes).Select(i => app.Cacheme.BuildNode<string>($"node{i}", static policy => policy.Cache("local").Cache("other"))).ToList();
        for (var i = 0; i < 3000; i++)
        {
            var key = nodes[i % Nodes].Key(string.Create(CultureInfo.InvariantCulture, $"user {i} of /a/path?{i}"));
            if (i % 7 == 0)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => app.Cacheme.GetAsync(key, _ => throw Failure(i), Token).AsTask());
            }
            else
            {
                await app.Cacheme.GetAsync(key, static _ => new ValueTask<string>("value"), Token);
                await app.Cacheme.InvalidateTagAsync($"tag {i}", Token);
            }
        }

        var seen = await app.ScrapeAsync();

        // A histogram counts as one for each set of attributes, whatever its buckets.
        var points = seen.Series.Where(static series => !IsOfAHistogram(series.Metric) || series.Metric.EndsWith("_count", StringComparison.Ordinal)).ToList();
        Assert.InRange(points.Count, Nodes * 10, ((Nodes + 1) * MostOfANode) + (2 * MostOfAStorage) + OfTheHost);
        foreach (var label in new[] { "result", "operation", "outcome", "reason", "origin" })
        {
            var values = seen.Series.SelectMany(static series => series.Labels).Where(pair => pair.Key == $"cacheme_{label}").Select(static pair => pair.Value).Distinct().Order(StringComparer.Ordinal);
            Assert.Equal(TelemetryDocument.ValuesOf($"cacheme.{label}").Distinct().Order(StringComparer.Ordinal), values);
        }

        Assert.DoesNotContain("otel_metric_overflow", seen.Text, StringComparison.Ordinal);
    }

    // The exceptions of an application are of many types; they must not be attributes of a load.
    private static Exception Failure(int number) => (number % 4) switch
    {
        0 => new InvalidDataException(),
        1 => new TimeoutException(),
        2 => new ArgumentException("key"),
        _ => new IOException(),
    };

    private static bool IsOfAHistogram(string metric) =>
        TelemetryDocument.Instruments.Any(instrument => instrument.Kind == "histogram" && metric.StartsWith(instrument.Metric, StringComparison.Ordinal) && metric != instrument.Metric);

    // The host connects when it starts, and looks into the log.
    private static bool IsOfStarting(ExportedSeries series) =>
        series.Labels.TryGetValue("cacheme_operation", out var operation) && operation is "connect" or "log_read" or "log_append";

    private async Task<TelemetryApp> StartAsync()
    {
        RedisServer.Require();
        _redis = await RedisServer.StartAsync();
        return await TelemetryApp.StartAsync(services => services.AddCacheme(cacheme => cacheme
            .AddLocal("local", 1000)
            .AddStorage("other", $"redis://{_redis.EndPoint}")
            .AddNode<PairNode>()));
    }
}
