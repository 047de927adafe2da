using System.Collections.Concurrent;
using System.Diagnostics;
using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Telemetry;

/// <summary>Spans: on gets past the local tiers, under the caller's own; on their reads and loads, under the get; and on nothing else.</summary>
public sealed class CachemeActivitySourceTests : RuleTests
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly Activity _caller = new("caller");
    private readonly ActivityListener _listener;

    public CachemeActivitySourceTests()
    {
        _caller.SetIdFormat(ActivityIdFormat.W3C).Start();
        // Other tests run beside this one: only what belongs to this caller counts.
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Cacheme",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == _caller.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == _caller.TraceId)
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Miss_HasASpanUnderTheCallersWithOneForTheReadAndOneForTheLoad()
    {
        using var leaves = new CancellationTokenSource();
        var inLoad = default(string);
        Source.Load = (_, _) =>
        {
            inLoad = Activity.Current?.OperationName;
            return Task.FromResult("");
        };

        await RunAsync(() => Cacheme.GetAsync(new ItemNode(4711), leaves.Token).AsTask());

        var get = Span("cacheme.get ItemNode");
        Assert.Equal(["cacheme.read remote", "cacheme.load ItemNode", "cacheme.get ItemNode"], _spans.Select(span => span.OperationName));
        Assert.Equal(_caller.SpanId, get.ParentSpanId);
        Assert.All(_spans.Where(span => span != get), span => Assert.Equal(get.SpanId, span.ParentSpanId));
        Assert.Equal("cacheme.load ItemNode", inLoad);
        Assert.Equal([("cacheme.node", "ItemNode"), ("cacheme.keys", 1), ("cacheme.result", "miss"), ("cacheme.tier", "none")], Tags("cacheme.get ItemNode"));
        Assert.Empty(get.Links);
        Assert.Equal([("cacheme.store", "remote"), ("cacheme.keys", 1)], Tags("cacheme.read remote"));
        Assert.Equal([("cacheme.node", "ItemNode"), ("cacheme.keys", 1), ("cacheme.outcome", "success")], Tags("cacheme.load ItemNode"));
    }

    [Fact]
    public async Task Get_LocalHit_HasNone()
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);

        await RunAsync(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask());

        Assert.Empty(_spans);
    }

    [Fact]
    public async Task Get_RemoteHit_HasOneForTheReadAndNoneForALoad()
    {
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("set"), Ct);

        await RunAsync(() => Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask());

        Assert.Equal(["cacheme.read remote", "cacheme.get RemoteOnlyNode"], _spans.Select(span => span.OperationName));
        Assert.Equal(
            [("cacheme.node", "RemoteOnlyNode"), ("cacheme.keys", 1), ("cacheme.result", "hit"), ("cacheme.tier", "remote")], Tags("cacheme.get RemoteOnlyNode"));
    }

    [Fact]
    public async Task Get_ThatJoins_IsLinkedToTheLoadItWaitedFor()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "";
        };

        await RunAsync(async () =>
        {
            var first = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
            await gate.Reached;
            var second = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
            var batch = Cacheme.GetAllAsync([new ItemNode(1)], Ct).AsTask();
            gate.Open();
            await Task.WhenAll(first, second, batch);
        });

        var load = Span("cacheme.load ItemNode");
        var gets = _spans.Where(span => span.OperationName == "cacheme.get ItemNode").ToList();
        Assert.Equal(3, gets.Count);
        var leader = Assert.Single(gets, get => get.SpanId == load.ParentSpanId);
        Assert.Empty(leader.Links);
        Assert.All(gets.Where(get => get != leader), get => Assert.Equal(load.SpanId, Assert.Single(get.Links).Context.SpanId));
    }

    [Fact]
    public async Task Get_ThatJoinsALoadThatFails_IsLinkedAndFailsToo()
    {
        var gate = new Gate();
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            throw new InvalidDataException();
        };

        await RunAsync(async () =>
        {
            var first = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
            await gate.Reached;
            var second = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
            gate.Open();
            await Assert.ThrowsAsync<InvalidDataException>(() => first);
            await Assert.ThrowsAsync<InvalidDataException>(() => second);
        });

        var load = Span("cacheme.load ItemNode");
        var joined = Assert.Single(_spans, span => span.OperationName == "cacheme.get ItemNode" && span.SpanId != load.ParentSpanId);
        Assert.Equal((ActivityStatusCode.Error, load.SpanId), (joined.Status, Assert.Single(joined.Links).Context.SpanId));
    }

    [Fact]
    public async Task Get_SentWithOthers_TheSpanOfWhatIsSentIsLinkedToTheReads()
    {
        Remote.BatchesReads = true;
        var gate = new Gate();
        Remote.Before = (_, token) => gate.PassAsync(token);

        await RunAsync(async () =>
        {
            var reads = Enumerable.Range(0, 4).Select(id => Cacheme.TryGetAsync(new RemoteOnlyNode(id), Ct).AsTask()).ToList();
            gate.Open();
            await Task.WhenAll(reads);
        });

        var byName = _spans.ToLookup(span => span.OperationName);
        Assert.Equal(4, byName["cacheme.read remote"].Count());
        var alone = Assert.Single(byName["cacheme.read remote"].ExceptBy(
            byName["cacheme.batch remote"].SelectMany(span => span.Links).Select(link => link.Context.SpanId), span => span.SpanId));
        Assert.Equal(byName["cacheme.read remote"].MinBy(span => span.StartTimeUtc), alone); // Nothing was under way.
    }

    [Fact]
    public async Task GetAll_OfABatch_HasOneForTheReadAndOneForTheLoad()
    {
        await RunAsync(() => Cacheme.GetAllAsync(Enumerable.Range(0, 20).Select(id => new BatchNode(id)), Ct).AsTask());

        Assert.Equal(["cacheme.read remote", "cacheme.load BatchNode", "cacheme.get BatchNode"], _spans.Select(span => span.OperationName));
        Assert.Equal([("cacheme.node", "BatchNode"), ("cacheme.keys", 20), ("cacheme.outcome", "success")], Tags("cacheme.load BatchNode"));
        Assert.Equal([("cacheme.node", "BatchNode"), ("cacheme.keys", 20)], Tags("cacheme.get BatchNode"));
    }

    [Fact]
    public async Task Get_ReadAndLoadFail_TheirSpansSaySoWithoutWords()
    {
        Remote.Before = (_, _) => throw new IOException("down");
        Source.Load = (_, _) => throw new InvalidDataException("The words of the load.");

        await RunAsync(() => Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask()));

        Assert.Equal(
            [(ActivityStatusCode.Error, nameof(IOException)), (ActivityStatusCode.Error, nameof(InvalidDataException)), (ActivityStatusCode.Error, nameof(InvalidDataException))],
            _spans.Select(span => (span.Status, span.StatusDescription)));
    }

    [Fact]
    public async Task Set_Invalidate_HaveNone()
    {
        await RunAsync(async () =>
        {
            await Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
            await Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        });

        Assert.Empty(_spans);
    }

    // The activity is set here, since a test's constructor may run in another execution context than the test.
    private async Task RunAsync(Func<Task> call)
    {
        Activity.Current = _caller;
        using (_listener)
        {
            await call();
        }
    }

    private Activity Span(string name) => Assert.Single(_spans, span => span.OperationName == name);

    private IEnumerable<(string, object?)> Tags(string span) => Span(span).TagObjects.Select(static tag => (tag.Key, tag.Value));
}
