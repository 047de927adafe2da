using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 2 across processes, against chance: two hosts on one storage and its log. A failure names its seed.</summary>
public sealed class TwoProcessInterleavingTests
{
    private const int Interleavings = 3_000;
    private const int FirstSeed = 1;

    [Fact]
    public async Task Rule2_InterleavingsOfTwoProcesses_NothingOlderThanWhatAProcessHasHeardOfIsServed()
    {
        var time = new FakeTimeProvider();
        var source = new VersionedSource();
        var log = new FakeLog();
        var storage = new HeldStorage { Log = log };
        log.Pass = _ => storage.Turnstile.PassAsync();
        await using var one = Services(time, source, storage).BuildServiceProvider();
        await using var other = Services(time, source, storage).BuildServiceProvider();

        for (var seed = FirstSeed; seed < FirstSeed + Interleavings; seed++)
        {
            await new TwoProcessInterleaving(seed, [one, other], source, storage, log, time).RunAsync();
            storage.Clear();
        }

        var stats = one.GetRequiredService<ICacheme>().Stats<InterleavedNode>();
        Assert.True(stats.HitsByStorage.Values.All(hits => hits > 0) && stats.InvalidationCount > 0);
    }

    private static ServiceCollection Services(FakeTimeProvider time, VersionedSource source, HeldStorage storage)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time).AddSingleton(source).AddCacheme(cacheme => cacheme
            .AddLocal("near", 64, EvictionPolicy.Lru)
            .AddStorage("held", _ => storage, options => options.FailuresBeforeBreak = int.MaxValue)
            .AddNode<InterleavedNode>(policy => policy.Cache("near", TimeSpan.FromMinutes(1)).Cache("held", TimeSpan.FromHours(1))));
        return services;
    }
}
