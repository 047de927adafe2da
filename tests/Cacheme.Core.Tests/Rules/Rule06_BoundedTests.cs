using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 6: memory, keys, payloads, queues and the concurrency of a batch have limits.</summary>
public sealed class Rule06_BoundedTests : RuleTests
{
    private const int TooManyPendingRemovals = 5;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public async Task Local_MoreKeysThanItsSize_HoldsNoMore(EvictionPolicy policy)
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddLocal("small", 100, policy));
        var node = fixture.Cacheme.BuildNode<Item>("bounded", nodePolicy => nodePolicy.Cache("small"));
        for (var i = 0; i < 10_000; i++)
        {
            await fixture.Cacheme.SetAsync(node.Key($"{i}"), new Item($"{i}"), Ct);
        }

        var found = 0;
        for (var i = 0; i < 10_000; i++)
        {
            found += (await fixture.Cacheme.TryGetAsync(node.Key($"{i}"), Ct)).Found ? 1 : 0;
        }

        Assert.InRange(found, 1, 100);
    }

    [Fact]
    public async Task GetAll_WithoutABatchLoad_RunsAsManyLoadsAtOnceAsThePolicySays()
    {
        var running = 0;
        var most = 0;
        var enough = new Gate();
        Source.Load = async (id, token) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 4)
            {
                enough.Open();
            }

            await enough.PassAsync(token);
            Interlocked.Decrement(ref running);
            return $"{id}";
        };

        var values = await Cacheme.GetAllAsync(Enumerable.Range(0, 50).Select(id => new FourAtOnce(id)), Ct).AsTask().WaitAsync(Patience.Limit, Ct);

        Assert.Equal(Enumerable.Range(0, 50).Select(id => $"{id}"), values.Select(value => value.Text));
        Assert.Equal(4, most);
    }

    [Fact]
    public async Task Invalidate_MoreFailedRemovalsThanAreKept_TheStorageIsNotReadUntilTheyHaveExpired()
    {
        var storage = new FakeStorage(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        await using var host = new CacheFixture(cacheme => cacheme.AddStorage("bounded", _ => storage, options => options.MaxPendingRemovals = 2));
        var node = host.Cacheme.BuildNode<Item>("items", policy => policy.Cache("bounded", TimeSpan.FromMinutes(5)));
        await host.Cacheme.SetAsync(node.Key("other"), new Item("still there"), Ct);
        storage.Before = (operation, _) => operation == "remove" ? throw new IOException("down") : Task.CompletedTask;

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidationException>(() => host.Cacheme.InvalidateAsync(node.Key($"{i}"), Ct).AsTask());
        }

        Assert.Equal(1, host.Log.CountOf(TooManyPendingRemovals));
        Assert.False((await host.Cacheme.TryGetAsync(node.Key("other"), Ct)).Found);
        storage.Before = null;
        host.Time.Advance(TimeSpan.FromMinutes(5));
        var reads = storage.CallsOf("get");
        await host.Cacheme.TryGetAsync(node.Key("other"), Ct);
        Assert.Equal(reads + 1, storage.CallsOf("get"));
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<FourAtOnce>();

    private static void InterlockedMax(ref int target, int value)
    {
        var before = Volatile.Read(ref target);
        while (before < value && Interlocked.CompareExchange(ref target, value, before) != before)
        {
            before = Volatile.Read(ref target);
        }
    }

    private sealed record FourAtOnce(int Id) : Node<Item>, INodePolicy
    {
        public override NodeKey Key => $"four:{Id}";

        public override async ValueTask<Item> LoadAsync(LoadContext context) =>
            new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").LoadConcurrency(4);
    }
}
