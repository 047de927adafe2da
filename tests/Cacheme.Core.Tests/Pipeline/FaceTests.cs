using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

/// <summary>The calls of the face that no rule is about.</summary>
public sealed class FaceTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_WithALoadOfTheCallers_RunsItInPlaceOfTheNodesOwn()
    {
        Assert.Equal("mine", (await Cacheme.GetAsync(new ItemNode(1), async token => await Task.FromResult(new Item("mine")), Ct)).Text);
        Assert.Equal("mine", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(0, Source.Loads);
    }

    [Fact]
    public async Task Get_NodeWithoutALoad_SaysSo()
    {
        var node = Cacheme.BuildNode<int>("foo", policy => policy.Version("v1").Cache("local"));

        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Cacheme.GetAsync(node.Key("bar:1"), Ct).AsTask());

        Assert.Contains("'foo'", error.Message, StringComparison.Ordinal);
        Assert.Equal(42, await Cacheme.GetAsync(node.Key("bar:1"), ct => new ValueTask<int>(42), Ct));
        Assert.Equal(1, node.Stats.HitCount + node.Stats.LoadSuccessCount);
    }

    [Fact]
    public async Task Memoize_CallsTheFunctionOnceForEachArgument()
    {
        var calls = 0;
        var one = Cacheme.Memoize((int id) => new ItemNode(id), async (int id, CancellationToken ct) =>
        {
            calls++;
            return await Task.FromResult(new Item($"{id}"));
        });
        var two = Cacheme.Memoize((int a, int b) => new ItemNode(a * b), (int a, int b, CancellationToken ct) => Task.FromResult(new Item($"{a}*{b}")));
        var three = Cacheme.Memoize((int a, int b, int c) => new ItemNode(a + b + c), (int a, int b, int c, CancellationToken ct) => new ValueTask<Item>(new Item($"{a}+{b}+{c}")));
        var four = Cacheme.Memoize((int a, int b, int c, int d) => new ItemNode(a + b + c + d), (int a, int b, int c, int d, CancellationToken ct) => Task.FromResult(new Item("four")));

        Assert.Equal("1", (await one(1, Ct)).Text);
        Assert.Equal("1", (await one(1, Ct)).Text);
        Assert.Equal(1, calls);
        Assert.Equal("10*10", (await two(10, 10, Ct)).Text);
        Assert.Equal("200+1+1", (await three(200, 1, 1, Ct)).Text);
        Assert.Equal("four", (await four(1000, 1, 1, 1, Ct)).Text);
    }

    [Fact]
    public async Task TryGet_NeverLoads()
    {
        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.False((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).TryGetValue(out _));
        Assert.Equal(0, Source.Loads);
    }

    [Fact]
    public async Task TryGet_FoundFarAway_IsBroughtNear()
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item("set"), Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await Cacheme.TryGetAsync(new ItemNode(1), Ct);
        var reads = Remote.CallsOf("get");

        Assert.True((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.Equal(reads, Remote.CallsOf("get"));
    }

    [Fact]
    public async Task Lookup_LoadThatFindsNothing_GivesNoneToAllAndStoresNothing()
    {
        var cache = Fixture.Cache<ItemNode, Item>();

        Assert.False((await cache.AnswerAsync(new ItemNode(1), _ => new(CacheLookup<Item>.None), Ct)).TryGetValue(out _));
        Assert.Empty(Remote.Keys);
        Assert.Equal("1#1", (await cache.GetAsync(new ItemNode(1), Ct)).Text);
        var stats = cache.Stats;
        Assert.Equal((2, 2, 2, 0), (stats.RequestCount, stats.MissCount, stats.LoadSuccessCount, stats.LoadFailureCount));
    }

    [Fact]
    public async Task Lookup_GetThatJoinedItAndGetsNone_LoadsItself()
    {
        var cache = Fixture.Cache<ItemNode, Item>();
        var gate = new Testing.Gate();
        var lookup = cache.AnswerAsync(
            new ItemNode(1),
            async token =>
            {
                await gate.PassAsync(token);
                return CacheLookup<Item>.None;
            },
            Ct).AsTask();
        await gate.Reached;
        var get = cache.GetAsync(new ItemNode(1), Ct).AsTask();
        gate.Open();

        Assert.False((await lookup).TryGetValue(out _));
        Assert.Equal("1#1", (await get).Text);
        Assert.Equal(2, cache.Stats.RequestCount);
    }

    [Fact]
    public async Task StructNode_ThroughItsHandle_WorksAndAllocatesNothingOnAHit()
    {
        var cache = Fixture.Cache<StructNode, Item>();
        await cache.GetAsync(new StructNode(1), Ct);
        for (var i = 0; i < 100; i++)
        {
            await cache.GetAsync(new StructNode(1), Ct);
        }

#if !DEBUG // Only the optimizing compiler removes the box around a value type.
        Assert.Equal(0, AllocatedByHits(cache, 1000));
#else
        Assert.True(AllocatedByHits(cache, 1000) >= 0);
#endif
        await cache.InvalidateAsync(new StructNode(1), Ct);
        Assert.False((await cache.TryGetAsync(new StructNode(1), Ct)).Found);
        Assert.Equal(1101, cache.Stats.RequestCount);
    }

    [Fact]
    public void Nodes_SayWhatIsCachedAndHow()
    {
        var node = Assert.Single(Cacheme.Nodes, node => node.Name == "ItemNode");

        Assert.Equal((typeof(ItemNode), typeof(Item), "v1"), (node.NodeType, node.ValueType, node.Version));
        Assert.Equal(
            [new NodeTierInfo("local", true, TimeSpan.FromMinutes(1)), new NodeTierInfo("remote", false, TimeSpan.FromHours(1))], node.Tiers);
    }

    [Fact]
    public async Task Load_RunsInAScopeOfItsOwnThatEndsWithIt()
    {
        var scoped = new List<ScopedService>();
        await using var fixture = new Testing.CacheFixture(
            cacheme => cacheme.AddNode<ScopedNode>(policy => policy.Cache("local")),
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddScoped(services, _ =>
            {
                var service = new ScopedService();
                scoped.Add(service);
                return service;
            }));

        await fixture.Cacheme.GetAsync(new ScopedNode(1), Ct);
        await fixture.Cacheme.GetAsync(new ScopedNode(2), Ct);

        Assert.Equal(2, scoped.Count);
        Assert.All(scoped, service => Assert.True(service.IsDisposed));
    }

    private static long AllocatedByHits(INodeCache<StructNode, Item> cache, int hits)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < hits; i++)
        {
            var hit = cache.GetAsync(new StructNode(1), CancellationToken.None);
            Assert.True(hit.IsCompletedSuccessfully);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class ScopedService : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed record ScopedNode(int Id) : Node<int>
    {
        public override NodeKey Key => $"scoped:{Id}";

        public override ValueTask<int> LoadAsync(LoadContext context)
        {
            Assert.False(context.GetRequiredService<ScopedService>().IsDisposed);
            return new(Id);
        }
    }
}
