using Cacheme.Pipeline;
using Cacheme.Testing;

namespace Cacheme.Tests.Pipeline;

/// <summary>At rest a cache has nothing under way.</summary>
internal static class Idle
{
    public static async Task ReachAsync<TNode>(CacheFixture fixture)
        where TNode : Node<Item>
    {
        var cache = (NodeCache<TNode, Item>)fixture.Cache<TNode, Item>();
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (cache.KeysUnderWay > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
