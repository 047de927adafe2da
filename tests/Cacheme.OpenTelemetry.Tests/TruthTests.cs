using System.Collections.Concurrent;
using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>What is exported is what happened: traffic whose counts are known, over a real Redis, read as Prometheus reads it.</summary>
public sealed class TruthTests : IAsyncDisposable
{
    private const int Callers = 8;
    private const int CallsOfEach = 2000;

    private RedisServer _redis = null!; // started by each test
    private TelemetryApp _app = null!;  // the same

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ICacheme Cacheme => _app.Cacheme;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task ScriptedTraffic_IsExportedAsItWas()
    {
        await StartAsync();
        var pages = Enumerable.Range(0, 10).Select(static id => new PageNode(id)).ToList();
        await GetAsync(pages, times: 4); // ten misses, thirty hits
        for (var i = 0; i < 5; i++)
        {
            await Cacheme.SetAsync(new RemotePageNode(i), "set", Token);
            await Cacheme.GetAsync(new RemotePageNode(i), Token);
        }

        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAsync(new BrokenPageNode(i), Token).AsTask());
        }

        await JoinAsync(new PageNode(100), joiners: 6);
        await LeaveAsync(new PageNode(101));
        await Cacheme.SetAsync(new PageNode(102), "set", Token);
        await Cacheme.RefreshAsync(new PageNode(102), Token);
        await Cacheme.InvalidateAsync([new PageNode(0), new PageNode(1), new PageNode(2)], Token);

        var seen = await ScrapeAsync(static seen => Operations(seen, "set", "success") == 18); // what gets have stored nobody waits for

        Assert.Equal((30, 0, 17), (Requests(seen, "PageNode", "local"), Requests(seen, "PageNode", "redis"), Misses(seen, "PageNode"))); // a load and its six joiners miss
        Assert.Equal((5, 0), (Requests(seen, "RemotePageNode", "redis"), Misses(seen, "RemotePageNode")));
        Assert.Equal((0, 4), (Requests(seen, "BrokenPageNode", "local"), Misses(seen, "BrokenPageNode")));
        Assert.Equal((6, 1), (seen.Value("cacheme_load_collapsed_total", "PageNode"), seen.Value("cacheme_cache_cancelled_total", "PageNode")));
        Assert.Equal((12, 0, 1), (Loads(seen, "PageNode", "success"), Loads(seen, "PageNode", "error"), Loads(seen, "PageNode", "cancelled"))); // ten, the joined, the refresh; the left
        Assert.Equal((0, 4), (Loads(seen, "BrokenPageNode", "success"), Loads(seen, "BrokenPageNode", "error")));
        Assert.Equal(
            (12, 1, 4),
            (
                seen.Value("cacheme_load_duration_seconds_count", "PageNode", "success"),
                seen.Value("cacheme_load_duration_seconds_count", "PageNode", "cancelled"),
                seen.Value("cacheme_load_duration_seconds_count", "BrokenPageNode", "error")));
        Assert.Equal((3, 0), (seen.Value("cacheme_invalidations_total", "PageNode", "local"), seen.Value("cacheme_invalidations_total", "PageNode", "remote")));
        Assert.Equal((13, 5), (seen.Value("cacheme_payload_size_bytes_count", "PageNode"), seen.Value("cacheme_payload_size_bytes_count", "RemotePageNode")));
        Assert.Equal((17, 0), (Operations(seen, "get", "success"), Operations(seen, "get", "error"))); // ten, five, the joined, the left
        Assert.Equal((9, 1000), (seen.Value("cacheme_cache_entries", "local"), seen.Value("cacheme_cache_capacity", "local"))); // ten, the joined, the set one, less three
        Assert.Equal((3, 1), (seen.Value("cacheme_cache_evictions_total", "local", "invalidated"), seen.Value("cacheme_cache_evictions_total", "local", "replaced")));
    }

    [Fact]
    public async Task RedisThatIsGone_IsExportedAsErrorsAndAnOpenCircuit()
    {
        await StartAsync();
        _redis.Stop();

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal($"page {i}", await Cacheme.GetAsync(new PageNode(i), Token));
        }

        await Assert.ThrowsAsync<InvalidationException>(() => Cacheme.InvalidateAsync(new PageNode(1), Token).AsTask());
        var seen = await ScrapeAsync(static seen => seen.Value("cacheme_store_circuit_open", "redis") == 1);
        Assert.Equal((30, 30), (Misses(seen, "PageNode"), Loads(seen, "PageNode", "success")));
        Assert.True(Operations(seen, "get", "error") > 0);
        Assert.Equal(
            Operations(seen, "get", "error"),
            seen.Of("cacheme_store_duration_seconds_count").Where(static series => series.Labels["cacheme_operation"] == "get" && series.Labels.ContainsKey("error_type")).Sum(static series => series.Value));
        Assert.True(seen.Value("cacheme_store_removals_pending", "redis") >= 1);

        await _redis.RestartAsync();
        await ScrapeAsync(static seen => seen.Value("cacheme_store_circuit_open", "redis") == 0 && seen.Value("cacheme_store_removals_pending", "redis") == 0);
    }

    [Fact]
    public async Task EightCallersAtOnce_AreExportedAsTheySawIt()
    {
        // So short a life that local hits, hits of Redis and misses come mixed.
        await StartAsync(static policy => policy.Cache("local", ttl: TimeSpan.FromMilliseconds(5)).Cache("redis", ttl: TimeSpan.FromHours(1)));
        var cache = _app.Services.GetRequiredService<INodeCache<PageNode, string>>();
        var truth = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(new Random(caller)), Token)));

        var seen = await _app.ScrapeAsync();
        Assert.All(["local", "redis", "none", "collapsed", "failed"], what => Assert.True(truth[what] > 0, $"There was no {what}."));
        Assert.Equal(
            (truth["local"], truth["redis"], truth["none"] + truth["failed"]),
            (Requests(seen, "PageNode", "local"), Requests(seen, "PageNode", "redis"), Misses(seen, "PageNode")));
        Assert.Equal((truth["load"], truth["failed"]), (Loads(seen, "PageNode", "success"), Loads(seen, "PageNode", "error")));
        Assert.Equal((truth["collapsed"], truth["invalidated"]), (seen.Value("cacheme_load_collapsed_total", "PageNode"), seen.Value("cacheme_invalidations_total", "PageNode", "local")));

        async Task CallAsync(Random random)
        {
            for (var i = 0; i < CallsOfEach; i++)
            {
                var node = new PageNode(random.Next(20));
                if (i % 100 == 99)
                {
                    await cache.InvalidateAsync(node, Token);
                    Add("invalidated");
                }
                else if (i % 100 == 50)
                {
                    // One that nobody else asks for, so that nobody joins it.
                    var broken = new PageNode(random.Next(1_000_000, int.MaxValue));
                    await Assert.ThrowsAsync<InvalidDataException>(() => cache.GetAsync(broken, static _ => throw new InvalidDataException(), Token).AsTask());
                    Add("failed");
                }
                else
                {
                    var answer = await cache.AnswerAsync(node, _ => LoadAsync(node), Token);
                    Assert.True(answer.TryGetValue(out var page));
                    Assert.Equal($"page {node.Id}", page);
                    Add(answer.Storage ?? "none");
                    if (answer.IsCollapsed)
                    {
                        Add("collapsed");
                    }
                }
            }
        }

        async ValueTask<CacheLookup<string>> LoadAsync(PageNode node)
        {
            await Task.Yield(); // so that others may join
            Add("load");
            return new CacheLookup<string>(true, $"page {node.Id}");
        }

        void Add(string what) => truth.AddOrUpdate(what, 1, static (_, count) => count + 1);
    }

    private static double Requests(Scrape seen, string node, string tier) => seen.Value("cacheme_cache_requests_total", node, tier, "hit");

    private static double Misses(Scrape seen, string node) => seen.Value("cacheme_cache_requests_total", node, "none", "miss");

    private static double Loads(Scrape seen, string node, string outcome) => seen.Value("cacheme_loads_total", node, outcome);

    private static double Operations(Scrape seen, string operation, string outcome) => seen.Value("cacheme_store_operations_total", "redis", operation, outcome);

    private async Task StartAsync(Action<NodePolicyBuilder>? pages = null)
    {
        RedisServer.Require();
        _redis = await RedisServer.StartAsync();
        _app = await TelemetryApp.StartAsync(services => services.AddCacheme(cacheme => cacheme
            .AddLocal("local", 1000)
            .AddStorage("redis", $"redis://{_redis.EndPoint}")
            .AddNode<PageNode>(pages ?? PageNode.Configure).AddNode<RemotePageNode>().AddNode<BrokenPageNode>()));
    }

    // Until something that goes on by itself has come about.
    private async Task<Scrape> ScrapeAsync(Func<Scrape, bool> hasCome)
    {
        var seen = await _app.ScrapeAsync();
        await Eventually.HoldsAsync(async () => hasCome(seen = await _app.ScrapeAsync()));
        return seen;
    }

    private async Task GetAsync(List<PageNode> pages, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var page in pages)
            {
                Assert.Equal($"page {page.Id}", await Cacheme.GetAsync(page, Token));
            }
        }
    }

    private async Task JoinAsync(PageNode page, int joiners)
    {
        var gate = new Gate();
        var first = Cacheme.GetAsync(page, async token => { await gate.PassAsync(token); return "held"; }, Token).AsTask();
        await gate.Reached;
        var others = Enumerable.Range(0, joiners).Select(_ => Cacheme.GetAsync(page, Token).AsTask()).ToList();
        gate.Open();
        Assert.All(await Task.WhenAll([first, .. others]), static value => Assert.Equal("held", value));
    }

    private async Task LeaveAsync(PageNode page)
    {
        var gate = new Gate();
        using var leaves = new CancellationTokenSource();
        var load = Cacheme.GetAsync(page, async token => { await gate.PassAsync(token); return ""; }, leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load);
        await ScrapeAsync(static seen => Loads(seen, "PageNode", "cancelled") == 1);
    }
}
