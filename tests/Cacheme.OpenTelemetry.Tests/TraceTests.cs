using System.Collections.Concurrent;
using System.Diagnostics;
using Cacheme.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>Traces of an application as an exporter gets them: the request, the cache, the load.</summary>
public sealed class TraceTests
{
    private readonly BlockingCollection<Activity> _spans = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Miss_IsRequestThenGetThenReadAndLoad()
    {
        await using var app = await StartAsync((ICacheme cacheme, int id, CancellationToken ct) => cacheme.GetAsync(new PairNode(id), static _ => new ValueTask<string>("page"), ct));

        await app.Client.GetStringAsync("/pages/1", Token);

        var request = await SpanAsync("GET /pages/{id}");
        var get = await SpanAsync("cacheme.get PairNode");
        var read = await SpanAsync("cacheme.read other");
        var load = await SpanAsync("cacheme.load PairNode");
        Assert.Equal((request.SpanId, get.SpanId, get.SpanId), (get.ParentSpanId, read.ParentSpanId, load.ParentSpanId));
        Assert.All([get, read, load], span => Assert.Equal(request.TraceId, span.TraceId));
        Assert.Equal(("miss", "none"), (get.GetTagItem("cacheme.result"), get.GetTagItem("cacheme.tier")));
    }

    [Fact]
    public async Task LocalHit_IsTheRequestAlone()
    {
        await using var app = await StartAsync((ICacheme cacheme, int id, CancellationToken ct) => cacheme.GetAsync(new PairNode(id), static _ => new ValueTask<string>("page"), ct));
        await app.Cacheme.SetAsync(new PairNode(1), "set", Token);

        await app.Client.GetStringAsync("/pages/1", Token);

        await SpanAsync("GET /pages/{id}");
        Assert.DoesNotContain(_spans, static span => span.OperationName.StartsWith("cacheme.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RequestThatJoins_IsLinkedToTheLoadInTheOthersTrace()
    {
        var gate = new Gate();
        var joined = new Gate();
        var requests = 0;
        await using var app = await StartAsync(async (ICacheme cacheme, int id, CancellationToken ct) =>
        {
            var page = cacheme.GetAsync(new PairNode(id), async token => { await gate.PassAsync(token); return "page"; }, ct);
            if (Interlocked.Increment(ref requests) == 2)
            {
                _ = joined.PassAsync(ct); // it waits for the other one's load now
            }

            return await page;
        });

        var first = app.Client.GetStringAsync("/pages/1", Token);
        await gate.Reached;
        var second = app.Client.GetStringAsync("/pages/1", Token);
        await joined.Reached;
        gate.Open();
        await Task.WhenAll(first, second);

        var load = await SpanAsync("cacheme.load PairNode");
        await SpanAsync("cacheme.get PairNode", count: 2);
        var waiter = Assert.Single(_spans, span => span.OperationName == "cacheme.get PairNode" && span.SpanId != load.ParentSpanId);
        Assert.NotEqual(load.TraceId, waiter.TraceId);
        Assert.Equal(load.Context, Assert.Single(waiter.Links).Context);
    }

    // A span is exported when it has ended, which the client is not told.
    private async Task<Activity> SpanAsync(string name, int count = 1)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(_spans.Count(span => span.DisplayName == name) == count));
        return _spans.First(span => span.DisplayName == name);
    }

    private Task<TelemetryApp> StartAsync(Delegate handler) => TelemetryApp.StartAsync(
        services =>
        {
            services.AddOpenTelemetry().WithTracing(tracing => tracing
                .AddCachemeInstrumentation()
                .AddAspNetCoreInstrumentation()
                .AddProcessor(new global::OpenTelemetry.SimpleActivityExportProcessor(new Exporter(_spans))));
            services.AddCacheme(static cacheme => cacheme.AddLocal("local", 1000).AddStorage("other", static _ => new FakeStorage(TimeProvider.System)).AddNode<PairNode>());
        },
        web => web.MapGet("/pages/{id}", handler));

    // OpenTelemetry's own exporter to memory fills a list that is not made for several threads.
    private sealed class Exporter(BlockingCollection<Activity> spans) : global::OpenTelemetry.BaseExporter<Activity>
    {
        public override global::OpenTelemetry.ExportResult Export(in global::OpenTelemetry.Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                spans.Add(span);
            }

            return global::OpenTelemetry.ExportResult.Success;
        }
    }
}
