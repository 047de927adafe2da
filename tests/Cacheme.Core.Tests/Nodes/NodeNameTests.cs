using Cacheme.Testing;

namespace Cacheme.Tests.Nodes;

/// <summary>What a node is called that does not say it.</summary>
public sealed class NodeNameTests
{
    [Fact]
    public async Task GenericNodes_OfOneClass_AreTwoNodes()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<PageNode<Item>>().AddNode<PageNode<List<int>>>());

        Assert.Equal(["PageNode<Item>", "PageNode<List<Int32>>"], fixture.Cacheme.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task GenericNode_ThatIsNotRegistered_IsNamedAsOneWritesIt()
    {
        await using var fixture = new CacheFixture(_ => { });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => fixture.Cacheme.GetAsync(new PageNode<Item>(1), TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("AddNode<PageNode<Item>>()", error.Message, StringComparison.Ordinal);
    }

    private sealed record PageNode<T>(int Number) : Node<T>, INodePolicy
    {
        public override NodeKey Key => $"page:{typeof(T).Name}:{Number}";

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }
}
