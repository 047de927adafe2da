using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Cacheme.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>Numbers and spans of what happens seldom: batches with duplicates, callers who leave, gaps, faults, other processes.</summary>
public sealed class RareCallTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly Activity _caller = new("caller");
    private readonly ActivityListener _listener;

    public RareCallTests()
    {
        RareNode.Load = static (id, _) => new($"rare {id}");
        RareBatchNode.Before = static () => Task.CompletedTask;
        _caller.SetIdFormat(ActivityIdFormat.W3C).Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Cacheme",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _caller.Dispose();
    }

    [Fact]
    public async Task GetAll_MixedWithDuplicates_IsCountedPerDistinctKeyAndTier()
    {
        await using var host = Start();
        await host.Cacheme.SetAsync(new RareNode(1), "a", Ct);
        await using (var other = Start(host))
        {
            await other.Cacheme.SetAsync(new RareNode(2), "b", Ct);
        }

        await host.Cacheme.GetAllAsync([new RareNode(1), new RareNode(1), new RareNode(2), new RareNode(2), new RareNode(3), new RareNode(3), new RareNode(4)], Ct);

        var seen = Measure(host);
        Assert.Equal((1, 1, 2, 2), (seen["cacheme.cache.requests RareNode local hit"], seen["cacheme.cache.requests RareNode remote hit"], seen["cacheme.cache.requests RareNode none miss"], seen["cacheme.loads RareNode success"]));
        Agree(host, seen);
    }

    [Fact]
    public async Task Batch_SavedTime_IsNotMoreThanTheLoadsWouldHaveTaken()
    {
        await using var host = Start();
        RareBatchNode.Before = () =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.CompletedTask;
        };
        var nodes = Enumerable.Range(0, 100).Select(static id => new RareBatchNode(id)).ToList();
        await host.Cacheme.GetAllAsync(nodes, Ct); // one batch load of a hundred keys: 0.1 s
        await host.Cacheme.GetAllAsync(nodes, Ct); // the same again from memory: it saved one such load

        var seen = Measure(host);

        Assert.Equal(1, seen["cacheme.loads RareBatchNode success"]);
        Assert.Equal(0.1, seen["cacheme.saved.time RareBatchNode"], 0.05);
    }

    [Fact]
    public async Task SavedTime_IsHitsTimesTheMeanLoad_InSeconds()
    {
        await using var host = Start();
        RareNode.Load = (id, _) =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return new($"{id}");
        };
        for (var i = 0; i < 5; i++)
        {
            await host.Cacheme.GetAsync(new RareNode(1), Ct);
        }

        Assert.Equal(2.0, Measure(host)["cacheme.saved.time RareNode"], 0.001);
    }

    [Fact]
    public async Task SavedTime_OfFailedLoads_IsNotSaved()
    {
        await using var host = Start();
        RareNode.Load = (id, _) =>
        {
            if (id > 1)
            {
                throw new InvalidDataException();
            }

            host.Time.Advance(TimeSpan.FromSeconds(1));
            return new($"{id}");
        };
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        for (var i = 2; i < 11; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => host.Cacheme.GetAsync(new RareNode(i), Ct).AsTask());
        }

        await host.Cacheme.GetAsync(new RareNode(1), Ct);

        // "loads that have returned", says SavedTime: one, of a second.
        Assert.Equal(1.0, Measure(host)["cacheme.saved.time RareNode"], 0.001);
    }

    [Fact]
    public async Task Expired_ThenLoadedAgain_IsCountedAsExpired()
    {
        await using var host = Start();
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.Cacheme.GetAsync(new RareNode(1), Ct);

        var seen = Measure(host);
        Assert.Equal((1, 0), (seen["cacheme.cache.evictions local expired"], seen["cacheme.cache.evictions local replaced"]));
    }

    [Fact]
    public async Task Null_GoesToTheRemoteStorage_ItsSizeIsMeasured()
    {
        await using var host = Start();
        RareNode.Load = static (_, _) => new(default(string));
        using var recorded = new Recorded(host.Meters);
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(host.Remote.CallsOf("set") == 1));

        var seen = Measure(host);
        Assert.Equal((1, 1), (seen["cacheme.cache.requests RareNode local hit"], seen["cacheme.cache.requests RareNode none miss"]));
        Assert.Single(recorded.Of("cacheme.payload.size"));
    }

    [Fact]
    public async Task Hybrid_KeyAskedForAsTwoTypes_TheRefusedGetIsCounted()
    {
        await using var host = Start();
        var hybrid = host.Services.GetRequiredService<HybridCache>();
        var gate = new Gate();
        var first = hybrid.GetOrCreateAsync("k", async ct => { await gate.PassAsync(ct); return 1; }, cancellationToken: Ct).AsTask();
        await gate.Reached;
        await Assert.ThrowsAsync<InvalidOperationException>(() => hybrid.GetOrCreateAsync("k", static _ => new ValueTask<string>("x"), cancellationToken: Ct).AsTask());
        gate.Open();
        await first;

        Assert.Equal(2, Measure(host)["cacheme.cache.requests hybrid none miss"]);
    }

    [Fact]
    public async Task Hybrid_RefusedKeyAndCallerLeaves_IsCancelledAndNotAMiss()
    {
        await using var host = Start();
        var hybrid = host.Services.GetRequiredService<HybridCache>();
        var gate = new Gate();
        using var leaves = new CancellationTokenSource();
        var get = hybrid.GetOrCreateAsync(new string('k', 5000), async ct => { await gate.PassAsync(ct); return 1; }, cancellationToken: leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);

        var seen = Measure(host);
        Assert.Equal((1, 0), (seen["cacheme.cache.cancelled hybrid"], seen["cacheme.cache.requests hybrid none miss"]));
    }

    [Fact]
    public async Task Hybrid_RefusedKey_HasASpanOfItsGet()
    {
        await using var host = Start();
        await host.Services.GetRequiredService<HybridCache>().GetOrCreateAsync(new string('k', 5000), static _ => new ValueTask<int>(1), cancellationToken: Ct);

        Assert.Equal(1, Measure(host)["cacheme.cache.requests hybrid none miss"]);
        Assert.Contains(_spans, static span => span.OperationName == "cacheme.get hybrid");
    }

    [Fact]
    public async Task Distributed_HitMissCancel_AreCounted()
    {
        await using var host = Start();
        var cache = host.Services.GetRequiredService<IDistributedCache>();
        Assert.Null(await cache.GetAsync("a", Ct));
        await cache.SetAsync("a", [1], new DistributedCacheEntryOptions(), Ct);
        Assert.NotNull(await cache.GetAsync("a", Ct));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.GetAsync("a", new CancellationToken(true)));

        var seen = Measure(host);
        Assert.Equal((1, 1), (seen["cacheme.cache.requests distributed remote hit"], seen["cacheme.cache.requests distributed none miss"]));
        Assert.Equal(1, seen["cacheme.cache.cancelled distributed"]);
    }

    [Fact]
    public async Task SetByAnother_IsAmongWhatOthersInvalidated()
    {
        await using var host = Start(log: true);
        await host.StartAsync();
        await using var other = Start(host);
        await other.StartAsync();
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        await other.Cacheme.SetAsync(new RareNode(1), "set", Ct);
        await other.Cacheme.InvalidateAsync(new RareNode(2), Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Measure(host)["cacheme.invalidations RareNode remote"] >= 2));

        Assert.Equal((0, 1), (Measure(other)["cacheme.invalidations RareNode remote"], Measure(other)["cacheme.invalidations RareNode local"]));
        Assert.Equal(2, Measure(host)["cacheme.invalidations RareNode remote"]); // the other invalidated one key, and set one
    }

    [Fact]
    public async Task Gap_IsNoInvalidationOfEveryKeyByOthers()
    {
        await using var host = Start(log: true);
        await host.StartAsync();
        await using var other = Start(host);
        await other.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await host.Cacheme.GetAsync(new RareNode(i), Ct);
        }

        host.Remote.Log!.Pass = static what => what == "read" ? throw new IOException() : Task.CompletedTask;
        for (var i = 0; i < 3; i++)
        {
            await other.Cacheme.InvalidateAsync(new RareNode(1000 + i), Ct);
        }

        host.Remote.Log.Lose(2);
        host.Remote.Log.Pass = null;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await other.Cacheme.InvalidateAsync(new RareNode(2000), Ct);
        await Eventually.HoldsAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Measure(host)["cacheme.invalidation.gaps remote"] > 0);
        });
        await Task.Delay(100, Ct);

        Assert.InRange(Measure(host)["cacheme.invalidations RareNode remote"], 0, 4); // the other invalidated four keys in all
    }

    [Fact]
    public async Task LoadOnceAcrossProcesses_ValueOfAnother_IsAHitOfItsTier()
    {
        await using var host = Start(leases: true);
        await using var other = Start(host);
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        var foo = other.Cacheme.BuildNode<string>("once", static policy => policy.Cache("local").Cache("remote").LoadOnceAcrossProcesses());
        var mine = host.Cacheme.BuildNode<string>("once", static policy => policy.Cache("local").Cache("remote").LoadOnceAcrossProcesses());
        var first = other.Cacheme.GetAsync(foo.Key("1"), async ct => { await gate.PassAsync(ct); return "x"; }, Ct).AsTask();
        await gate.Reached;
        var second = host.Cacheme.GetAsync(mine.Key("1"), static ct => throw new InvalidOperationException("It loads too."), Ct).AsTask();
        gate.Open();
        await first;
        await Eventually.HoldsAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(second.IsCompleted);
        });
        Assert.Equal("x", await second);
        var seen = Measure(host);
        Assert.Equal((1, 0, 0), (seen["cacheme.cache.requests once remote hit"], seen["cacheme.cache.requests once none miss"], seen["cacheme.loads once success"]));
    }

    [Fact]
    public async Task CorruptEntry_IsAMissAndASerializationError()
    {
        await using var host = Start();
        await host.Cacheme.SetAsync(new RareNode(1), "a", Ct);
        await using var other = Start(host);
        host.Remote.Put(Assert.Single(host.Remote.Keys), [1, 2, 3]);
        Assert.Equal("rare 1", await other.Cacheme.GetAsync(new RareNode(1), Ct));
        var seen = Measure(other);
        Assert.Equal((1, 1, 0), (seen["cacheme.serialization.errors RareNode"], seen["cacheme.cache.requests RareNode none miss"], seen["cacheme.cache.requests RareNode remote hit"]));
    }

    [Fact]
    public async Task FirstCallerLeaves_TheOtherGetsTheLoad()
    {
        await using var host = Start();
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        using var leaves = new CancellationTokenSource();
        var first = host.Cacheme.GetAsync(new RareNode(1), leaves.Token).AsTask();
        await gate.Reached;
        var second = host.Cacheme.GetAsync(new RareNode(1), Ct).AsTask();
        using var leavesToo = new CancellationTokenSource();
        var third = host.Cacheme.GetAsync(new RareNode(1), leavesToo.Token).AsTask();
        await leavesToo.CancelAsync();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        gate.Open();
        await second;

        var seen = Measure(host);
        Assert.Equal((2, 1, 1, 1), (seen["cacheme.cache.cancelled RareNode"], seen["cacheme.cache.requests RareNode none miss"], seen["cacheme.load.collapsed RareNode"], seen["cacheme.loads RareNode success"]));
        Agree(host, seen);
        var load = Assert.Single(_spans, static span => span.OperationName == "cacheme.load RareNode");
        var gets = _spans.Where(static span => span.OperationName == "cacheme.get RareNode").ToList();
        Assert.Equal(3, gets.Count);
        Assert.Equal(2, gets.Count(get => get.Links.Any(link => link.Context == load.Context)));
    }

    [Fact]
    public async Task GetAll_Cancelled_EveryKeyIsCountedOnce()
    {
        await using var host = Start();
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        await host.Cacheme.SetAsync(new RareNode(1), "a", Ct);
        using var leaves = new CancellationTokenSource();
        var all = host.Cacheme.GetAllAsync([new RareNode(1), new RareNode(2), new RareNode(3), new RareNode(2)], leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        var seen = Measure(host);
        Assert.Equal((1, 2, 0), (seen["cacheme.cache.requests RareNode local hit"], seen["cacheme.cache.cancelled RareNode"], seen["cacheme.cache.requests RareNode none miss"]));
    }

    [Fact]
    public async Task StorageWithManyKindsOfFailures_HasABoundOfPoints()
    {
        await using var host = Start(breaks: false);
        using var recorded = new Recorded(host.Meters);
        Type[] kinds = [typeof(IOException), typeof(TimeoutException), typeof(InvalidDataException), typeof(ArgumentException), typeof(FormatException), typeof(NotSupportedException), typeof(InvalidOperationException),
            typeof(UnauthorizedAccessException), typeof(ArithmeticException), typeof(KeyNotFoundException), typeof(FileNotFoundException), typeof(EndOfStreamException), typeof(OverflowException), typeof(RankException)];
        var calls = 0;
        host.Remote.Before = (_, _) => throw (Exception)Activator.CreateInstance(kinds[Interlocked.Increment(ref calls) % kinds.Length])!;
        for (var i = 0; i < 300; i++)
        {
            await host.Cacheme.GetAsync(new RareNode(i), Ct);
            await Record.ExceptionAsync(() => host.Cacheme.InvalidateAsync(new RareNode(i), Ct).AsTask());
        }

        await host.Cacheme.SetAsync(new RareNode(1), "", Ct);
        var points = Measure(host).Keys.Count(static key => key.Split(' ') is [_, "remote", ..])
            + recorded.Of("cacheme.store.duration").Distinct().Count(static tags => tags.StartsWith("remote ", StringComparison.Ordinal));
        Assert.InRange(points, 20, 75);
    }

    [Fact]
    public async Task NodeBuiltLater_HasItsSeriesBeforeItsFirstCall()
    {
        await using var host = Start();
        Measure(host);
        host.Cacheme.BuildNode<int>("later", static policy => policy.Cache("local"));
        var seen = Measure(host);
        Assert.Equal((0, 0, 0, 0), (seen["cacheme.cache.requests later local hit"], seen["cacheme.cache.requests later none miss"], seen["cacheme.loads later error"], seen["cacheme.saved.time later"]));
    }

    [Fact]
    public async Task Endpoint_HitsBodiesAnd304_AreCountedOnceEach()
    {
        await using var app = await TelemetryApp.StartAsync(
            static services => services.AddCacheme(static cacheme => cacheme.AddLocal("local", 100).AddNode<BrokenPageNode>()),
            static web =>
            {
                web.UseCacheme();
                web.MapGet("/b/{id:int}", static (int id) => $"page {id}").CacheWith<BrokenPageNode>();
            });
        var etag = default(System.Net.Http.Headers.EntityTagHeaderValue);
        for (var i = 0; i < 5; i++)
        {
            using var answer = await app.Client.GetAsync("/b/1", Ct);
            etag = answer.Headers.ETag;
        }

        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/b/1");
            if (etag is not null)
            {
                request.Headers.IfNoneMatch.Add(etag);
            }

            using var answer = await app.Client.SendAsync(request, Ct);
            Assert.Equal(etag is null ? HttpStatusCode.OK : HttpStatusCode.NotModified, answer.StatusCode);
        }

        var seen = await app.ScrapeAsync();
        Assert.Equal((7, 1), (seen.Value("cacheme_cache_requests_total", "BrokenPageNode", "local", "hit"), seen.Value("cacheme_cache_requests_total", "BrokenPageNode", "none", "miss")));
    }

    [Fact]
    public async Task Expired_HotKeyLoadedAgainBeforeTheSweep_IsCountedAsExpired()
    {
        await using var host = Start();
        var hot = host.Cacheme.BuildNode<string>("hot", static policy => policy.Cache("local", ttl: TimeSpan.FromSeconds(5)));
        for (var i = 0; i < 3; i++)
        {
            await host.Cacheme.GetAsync(hot.Key("1"), static _ => new ValueTask<string>("x"), Ct);
            host.Time.Advance(TimeSpan.FromSeconds(6));
        }

        var seen = Measure(host);
        Assert.Equal((2, 0), (seen["cacheme.cache.evictions local expired"], seen["cacheme.cache.evictions local replaced"]));
    }

    [Fact]
    public async Task Durations_AreInSeconds_AndSizesInBytes()
    {
        await using var host = Start();
        using var recorded = new Recorded(host.Meters);
        RareNode.Load = (_, _) =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return new(new string('x', 1000));
        };
        host.Remote.Before = (what, _) =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(what == "get" ? 250 : 0));
            return Task.CompletedTask;
        };
        await host.Cacheme.GetAsync(new RareNode(1), Ct);
        Assert.Equal(0.5, Assert.Single(recorded.ValuesOf("cacheme.load.duration")));
        Assert.Contains(0.25, recorded.ValuesOf("cacheme.store.duration"));
        Assert.InRange(Assert.Single(recorded.ValuesOf("cacheme.payload.size")), 1000, 1200);
    }

    [Fact]
    public async Task Buckets_AreThoseOfTheDocument()
    {
        await using var app = await TelemetryApp.StartAsync(static services => services.AddCacheme(static cacheme => cacheme.AddLocal("local", 10).AddNode<BrokenPageNode>()));
        await app.Cacheme.GetAsync(new BrokenPageNode(1), static _ => new ValueTask<string>("x"), Ct);
        var seen = await app.ScrapeAsync();
        Assert.Equal(
            ["+Inf", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "10", "2.5", "5"],
            seen.Of("cacheme_load_duration_seconds_bucket").Select(static series => series.Labels["le"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tags_AreCountedByOrigin()
    {
        await using var host = Start(log: true);
        await host.StartAsync();
        await using var other = Start(host);
        await other.StartAsync();
        await other.Cacheme.InvalidateTagAsync("a", Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(Measure(host)["cacheme.tag.invalidations remote"] == 1));
        Assert.Equal((0, 1, 0), (Measure(host)["cacheme.tag.invalidations local"], Measure(other)["cacheme.tag.invalidations local"], Measure(other)["cacheme.tag.invalidations remote"]));
    }

    [Fact]
    public async Task Endpoint_HandlersThatHaveNothingToShare_AreLoads()
    {
        var gate = new Gate();
        var runs = 0;
        await using var app = await TelemetryApp.StartAsync(
            static services => services.AddCacheme(static cacheme => cacheme.AddLocal("local", 100).AddNode<BrokenPageNode>()),
            web => web.MapGet("/b/{id:int}", async Task<Microsoft.AspNetCore.Http.HttpResults.Results<Microsoft.AspNetCore.Http.HttpResults.Ok<string>, Microsoft.AspNetCore.Http.HttpResults.NotFound>> (int id) =>
            {
                Interlocked.Increment(ref runs);
                await gate.PassAsync();
                return Microsoft.AspNetCore.Http.TypedResults.NotFound();
            }).CacheWith<BrokenPageNode>());
        var first = app.Client.GetAsync("/b/1", Ct);
        await gate.Reached;
        var others = Enumerable.Range(0, 4).Select(_ => app.Client.GetAsync("/b/1", Ct)).ToList();
        await Task.Delay(500, Ct);
        gate.Open();
        await Task.WhenAll([first, .. others]);
        var seen = await app.ScrapeAsync();
        Assert.Equal(5, seen.Value("cacheme_cache_requests_total", "BrokenPageNode", "none", "miss"));
        Assert.Equal(runs, seen.Value("cacheme_loads_total", "BrokenPageNode", "success"));
    }

    [Fact]
    public async Task Redis_ThatIsGone_IsLoggedWithoutAKey()
    {
        Cacheme.Servers.RedisServer.Require();
        await using var redis = await Cacheme.Servers.RedisServer.StartAsync();
        var log = new LogRecorder();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddCacheme(cacheme => cacheme.AddLocal("local", 10).AddStorage("redis", $"redis://{redis.EndPoint}").AddNode<PageNode>());
        await using var provider = services.BuildServiceProvider();
        var cacheme = provider.GetRequiredService<ICacheme>();
        await cacheme.GetAsync(new PageNode(1), Ct);
        redis.Stop();
        await cacheme.GetAsync(new PageNode(987654), Ct);
        await cacheme.GetAsync(new PageNode(987655), Ct);
        await Task.Delay(500, Ct);
        var texts = log.Records.Select(static record => record.Text + record.Exception).ToList();
        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, static text => text.Contains("98765", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetThatTakesARefreshsValue_IsLinkedToItsLoad()
    {
        await using var host = Start();
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        var refresh = host.Cacheme.RefreshAsync(new RareNode(1), Ct).AsTask();
        await gate.Reached;
        var get = host.Cacheme.GetAsync(new RareNode(1), Ct).AsTask();
        gate.Open();
        await refresh;
        await get;

        Assert.Equal((1, 1), (Measure(host)["cacheme.loads RareNode success"], Measure(host)["cacheme.load.collapsed RareNode"]));
        var load = Assert.Single(_spans, static span => span.OperationName == "cacheme.load RareNode");
        var waited = Assert.Single(_spans, static span => span.OperationName == "cacheme.get RareNode");
        Assert.Equal(load.Context, Assert.Single(waited.Links).Context);
    }

    [Fact]
    public async Task GetOfALoadsOwnKey_FailsInItsSpanToo()
    {
        await using var host = Start();
        var error = default(Exception);
        RareNode.Load = async (id, _) =>
        {
            error = await Record.ExceptionAsync(() => host.Cacheme.GetAsync(new RareNode(id), Ct).AsTask());
            return "";
        };
        await host.Cacheme.GetAsync(new RareNode(1), Ct);

        Assert.IsType<LoadCycleException>(error);
        var gets = _spans.Where(static span => span.OperationName == "cacheme.get RareNode").ToList();
        Assert.Equal(2, gets.Count);
        Assert.Equal(ActivityStatusCode.Error, gets[0].Status);
    }

    [Fact]
    public async Task TryGet_CallerLeaves_FailsInItsSpanAsAGetDoes()
    {
        await using var host = Start();
        var gate = new Gate();
        host.Remote.Before = (what, ct) => what == "get" ? gate.PassAsync(ct) : Task.CompletedTask;
        using var leaves = new CancellationTokenSource();
        var asked = host.Cacheme.TryGetAsync(new RareNode(1), leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(_spans, static span => span.OperationName == "cacheme.get RareNode").Status);
    }

    [Fact]
    public async Task LoadThatIsCancelled_SaysSoInItsSpan()
    {
        await using var host = Start();
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        using var leaves = new CancellationTokenSource();
        var get = host.Cacheme.GetAsync(new RareNode(1), leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
        await Eventually.HoldsAsync(() => Task.FromResult(_spans.Any(static span => span.OperationName == "cacheme.load RareNode")));

        var load = Assert.Single(_spans, static span => span.OperationName == "cacheme.load RareNode");
        Assert.Equal("cancelled", load.GetTagItem("cacheme.outcome"));
    }

    [Fact]
    public async Task Calls_LeaveTheCallersActivityInItsPlace()
    {
        await using var host = Start();
        var gate = new Gate();
        RareNode.Load = async (id, context) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return $"{id}";
        };
        var before = Activity.Current;
        var get = host.Cacheme.GetAsync(new RareNode(1), Ct);
        Assert.Same(before, Activity.Current);
        var all = host.Cacheme.GetAllAsync([new RareNode(2), new RareNode(3)], Ct);
        Assert.Same(before, Activity.Current);
        var tried = host.Cacheme.TryGetAsync(new RareNode(4), Ct);
        Assert.Same(before, Activity.Current);
        gate.Open();
        await get;
        await all;
        await tried;
        Assert.Same(before, Activity.Current);
    }

    [Fact]
    public async Task Spans_AndAttributes_HoldNoKey()
    {
        await using var host = Start();
        RareNode.Load = static (id, _) => throw new InvalidDataException($"secret {id}");
        await Record.ExceptionAsync(() => host.Cacheme.GetAsync(new RareNode(987654), Ct).AsTask());
        await Record.ExceptionAsync(() => host.Cacheme.GetAllAsync([new RareNode(987654), new RareNode(987655)], Ct).AsTask());
        Assert.All(_spans, static span => Assert.DoesNotContain("98765", span.DisplayName + span.StatusDescription + string.Join(' ', span.TagObjects) + string.Join(' ', span.Events.SelectMany(static e => e.Tags)), StringComparison.Ordinal));
        Assert.NotEmpty(_spans);
    }

    private static CacheFixture Start(CacheFixture? sharing = null, bool log = false, bool leases = false, bool breaks = true)
    {
        var host = new CacheFixture(
            cacheme =>
            {
                cacheme.AddNode<RareNode>().AddNode<RareBatchNode>().AddHybridCache(static policy => policy.Cache("local")).AddDistributedCache("remote");
                if (!breaks)
                {
                    cacheme.ConfigureStorage("remote", static options => options.FailuresBeforeBreak = 100_000);
                }
            },
            sharing: sharing);
        if (log)
        {
            host.Remote.Log = new FakeLog();
        }

        if (leases)
        {
            host.Remote.Leases = new FakeLeases(host.Time);
        }

        return host;
    }

    private static void Agree(CacheFixture host, Dictionary<string, double> seen)
    {
        var stats = host.Cacheme.Stats<RareNode>();
        Assert.Equal(stats.RequestCount, seen.Where(static pair => pair.Key.StartsWith("cacheme.cache.requests RareNode ", StringComparison.Ordinal)).Sum(static pair => pair.Value));
        Assert.Equal(stats.MissCount, seen["cacheme.cache.requests RareNode none miss"]);
        Assert.Equal(stats.CollapsedCount, seen["cacheme.load.collapsed RareNode"]);
        Assert.Equal(stats.CancelledCount, seen["cacheme.cache.cancelled RareNode"]);
    }

    private static Dictionary<string, double> Measure(CacheFixture host)
    {
        _ = host.Cacheme;
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == host.Meters && instrument.IsObservable)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add($"{instrument.Name} {Recorded.Text(tags)}".TrimEnd(), value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add($"{instrument.Name} {Recorded.Text(tags)}".TrimEnd(), value));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private sealed class Recorded : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _all = [];

        public Recorded(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Cacheme" && instrument.Meter.Scope == meters && !instrument.IsObservable)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _all.Enqueue((instrument.Name, value, Text(tags))));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _all.Enqueue((instrument.Name, value, Text(tags))));
            _listener.Start();
        }

        public IEnumerable<string> Of(string name) => _all.Where(one => one.Name == name).Select(static one => one.Tags);

        public IEnumerable<double> ValuesOf(string name) => _all.Where(one => one.Name == name).Select(static one => one.Value);

        public static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(static tag => tag.Value));

        public void Dispose() => _listener.Dispose();
    }
}
