using Cacheme.Pipeline;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 2 against chance: what was invalidated or overwritten is never served to who asks afterwards.</summary>
/// <remarks>
/// A failure names its seed, of CsCheck's generator; the seeds are fixed, so that a run says the same tomorrow. The seed decides what begins and what is let go when; only hops from thread to thread in between are
/// the scheduler's, so a rare failure may need its seed more than once.
/// </remarks>
public sealed class InterleavingTests
{
    private const int Interleavings = 100_000;
    private const int FirstSeed = 1;

    [Fact]
    public async Task Rule2_HundredThousandInterleavings_NothingOlderThanTheLastInvalidationIsServed()
    {
        var time = new FakeTimeProvider();
        var source = new VersionedSource();
        var storage = new HeldStorage();
        await using var services = Services(time, source, storage).BuildServiceProvider();
        var cacheme = services.GetRequiredService<ICacheme>();

        for (var seed = FirstSeed; seed < FirstSeed + Interleavings; seed++)
        {
            await new Interleaving(seed, cacheme, source, storage, time).RunAsync();
            if (seed % 1000 == 0)
            {
                storage.Clear();
                await ReachRestAsync<InterleavedNode>(services, time);
                await ReachRestAsync<InterleavedRemoteNode>(services, time);
            }
        }

        var stats = cacheme.Stats<InterleavedNode>();
        Assert.True(stats.HitsByStorage.Values.All(hits => hits > 0) && stats.CollapsedCount > 0 && stats.CancelledCount > 0);
    }

    private static ServiceCollection Services(FakeTimeProvider time, VersionedSource source, HeldStorage storage)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time).AddSingleton(source).AddCacheme(cacheme => cacheme
            .AddLocal("near", 64, EvictionPolicy.Lru)
            .AddLocal("far", 256, EvictionPolicy.TinyLfu)
            // Nothing here is to be saved by an open circuit.
            .AddStorage("held", _ => storage, options => options.FailuresBeforeBreak = int.MaxValue)
            .AddNode<InterleavedNode>(policy => policy
                .Cache("near", TimeSpan.FromSeconds(1)).Cache("far", TimeSpan.FromSeconds(2)).Cache("held", TimeSpan.FromHours(1)))
            .AddNode<InterleavedRemoteNode>(policy => policy.Cache("held", TimeSpan.FromHours(1))));
        return services;
    }

    // Every flight ends and every removal that failed succeeds at last: nothing is left of the runs.
    private static async Task ReachRestAsync<TNode>(IServiceProvider services, FakeTimeProvider time)
        where TNode : Node<int>
    {
        var cache = (NodeCache<TNode, int>)services.GetRequiredService<INodeCache<TNode, int>>();
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (cache.KeysUnderWay > 0 || cache.Definition.RemoteTiers[0].Storage.PendingRemovals > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
