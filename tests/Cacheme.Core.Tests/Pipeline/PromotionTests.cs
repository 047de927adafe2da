using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Telemetry;
using Cacheme.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cacheme.Tests.Pipeline;

/// <summary>What a farther local tier has is brought nearer, unless it is removed at that moment.</summary>
public sealed class PromotionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Find_RemovedSinceItWasFoundInTheFarTier_IsNotBroughtNearer(bool isRemoved)
    {
        await using var fixture = new CacheFixture(cacheme => cacheme
            .AddLocal("far", 10)
            .AddNode<ItemNode>(policy => policy.Cache("local", TimeSpan.FromSeconds(1)).Cache("far")));
        await fixture.Cacheme.SetAsync(new ItemNode(1), new Item("old"), Ct);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var cache = (NodeCache<ItemNode, Item>)fixture.Cache<ItemNode, Item>();
        var key = cache.Context.KeyOf(new ItemNode(1));
        var tiers = new LocalTiers<ItemNode, Item>(
            cache.Definition, new ClassNodeShape<ItemNode, Item>(), cache.Context.Values, texts: null, Meanwhile, new CacheClock(fixture.Time), NullLogger.Instance);

        Assert.Equal(1, tiers.Find(new ItemNode(1), key, out _, out _, out _));

        Assert.Equal(isRemoved ? null : "old", cache.Definition.LocalTiers[0].Storage.Find(key) is null ? null : "old");

        void Meanwhile(string found, Action action)
        {
            if (isRemoved)
            {
                cache.Context.Local.Remove(found, EvictionReason.Invalidated);
            }

            action();
        }
    }
}
