using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Invalidation;

/// <summary>More invalidations that could not be told than are remembered by name.</summary>
public sealed class UntoldTests : TwoHostsTest
{
    private const int Half = 60_000;

    [Fact]
    public async Task Invalidate_MoreKeysThanAreRemembered_AllOfTheNodeIsToldAndReadAgain()
    {
        await GetAsync(There, -1);
        Log.Pass = static operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;
        await FailAsync(() => Here.Cacheme.InvalidateAsync(Enumerable.Range(0, Half).Select(static id => new ItemNode(id)), Ct));
        await FailAsync(() => Here.Cacheme.InvalidateAsync(Enumerable.Range(Half, Half).Select(static id => new ItemNode(id)), Ct));
        Log.Pass = null;
        await HeardAsync();

        Assert.Equal("-1#2", await GetAsync(There, -1));
        Assert.Equal("5#3", await GetAsync(Here, 5));
        await PassAsync(TimeSpan.FromSeconds(61)); // It has expired in memory.
        Assert.Equal("5#3", await GetAsync(Here, 5));
        Assert.Equal("5#3", await GetAsync(There, 5));
    }

    [Fact]
    public async Task InvalidateTag_MoreThanAreRemembered_AllAreToldAndReadAgain()
    {
        Log.Pass = static operation => operation == "append" ? throw new IOException("down") : Task.CompletedTask;
        await FailAsync(() => Here.Cacheme.InvalidateTagAsync(Enumerable.Range(0, Half).Select(static id => $"tag:{id}"), Ct));
        await FailAsync(() => Here.Cacheme.InvalidateTagAsync(Enumerable.Range(Half, Half).Select(static id => $"tag:{id}"), Ct));
        Log.Pass = null;
        await HeardAsync();

        Assert.Equal("1#1", await TaggedAsync(Here));
        await Eventually.HoldsAsync(() => Task.FromResult(Here.Remote.Keys.Count == 1));
        Assert.Equal("1#1", await TaggedAsync(There));
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ItemNode>().AddNode<TaggedNode>(TaggedNode.Configure);

    private static Task<InvalidationException> FailAsync(Func<ValueTask> invalidate) => Assert.ThrowsAsync<InvalidationException>(() => invalidate().AsTask());

    private static async Task<string> TaggedAsync(CacheFixture host) => (await host.Cacheme.GetAsync(new TaggedNode(1), Ct)).Text;
}
