using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.DependencyInjection;

/// <summary>A host that is used hard, and one that goes away under its callers.</summary>
public sealed class CachemeHostTests
{
    private const int Many = 100_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_WhileLoadsRun_DoesNotWaitForThemAndTheirCallersAreServed()
    {
        var gate = new Gate();
        var fixture = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>());
        var calls = Enumerable.Range(0, 10).Select(id => fixture.Cacheme.GetAsync(new ItemNode(id), _ => LoadAsync(id), Ct).AsTask()).ToList();
        await gate.Reached;

        await fixture.DisposeAsync().AsTask().WaitAsync(Patience.Limit, Ct);
        gate.Open();

        var values = await Task.WhenAll(calls).WaitAsync(Patience.Limit, Ct);
        Assert.Equal(Enumerable.Range(0, 10).Select(id => $"{id}"), values.Select(value => value.Text));

        async ValueTask<Item> LoadAsync(int id)
        {
            await gate.PassAsync(CancellationToken.None);
            return new Item($"{id}");
        }
    }

    [Fact]
    public async Task BuildNode_OneNameManyTimesAtOnce_IsBuiltOnce()
    {
        await using var fixture = new CacheFixture(_ => { });

        var builds = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Record.Exception(
            () => fixture.Cacheme.BuildNode<int>("one", policy => policy.Cache("local"))))));

        Assert.Single(builds, error => error is null);
        Assert.All(builds.OfType<Exception>(), error => Assert.IsType<CachemeSetupException>(error));
        Assert.Single(fixture.Cacheme.Nodes, node => node.Name == "one");
    }

    [Fact]
    public async Task GetAll_HundredThousandNodes_AreOneReadAndOneLoad()
    {
        var source = new Source();
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<BatchNode>(), services => services.AddSingleton(source));

        var values = await fixture.Cacheme.GetAllAsync(Enumerable.Range(0, Many).Select(id => new BatchNode(id)), Ct);

        Assert.Equal(Many, values.Count);
        Assert.Equal($"{Many - 1}#1", values[^1].Text);
        Assert.Equal((1, 1), (source.Loads, fixture.Remote.CallsOf("get")));
        Assert.Equal(Many, fixture.Remote.Keys.Count);
    }

    [Fact]
    public async Task Node_WithoutAPublicConstructor_IsCached()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<PrivateNode>());

        Assert.Equal(7, await fixture.Cacheme.GetAsync(PrivateNode.Of(7), Ct));
        Assert.Equal(1, fixture.Cacheme.Stats<PrivateNode>().LoadCount);
    }

    [Fact]
    public async Task Key_ThatThrows_IsTheCallersAndLeavesNothingUnderWay()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<KeylessNode>());

        await Assert.ThrowsAsync<FormatException>(() => fixture.Cacheme.GetAllAsync([new KeylessNode(1), new KeylessNode(0)], Ct).AsTask());
        await Assert.ThrowsAsync<FormatException>(() => fixture.Cacheme.InvalidateAsync([new KeylessNode(1), new KeylessNode(0)], Ct).AsTask());

        Assert.Equal(1, await fixture.Cacheme.GetAsync(new KeylessNode(1), Ct));
        Assert.Equal(0, fixture.Cacheme.Stats<KeylessNode>().InvalidationCount);
    }

    private sealed record PrivateNode : Node<int>, INodePolicy
    {
        private readonly int _id;

        private PrivateNode(int id) => _id = id;

        public override NodeKey Key => $"private:{_id}";

        public static PrivateNode Of(int id) => new(id);

        public override ValueTask<int> LoadAsync(LoadContext context) => new(_id);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    private sealed record KeylessNode(int Id) : Node<int>, INodePolicy
    {
        public override NodeKey Key => Id == 0 ? throw new FormatException("No key.") : $"keyless:{Id}";

        public override ValueTask<int> LoadAsync(LoadContext context) => new(Id);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }
}
