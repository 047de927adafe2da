using Cacheme.Benchmarks.Hybrids;
using Cacheme.Servers;

namespace Cacheme.Benchmarks;

/// <summary>Cacheme's HybridCache beside Microsoft's and FusionCache's.</summary>
internal static class HybridVerb
{
    public static async Task<int> RunAsync()
    {
        HybridContest.PrintHead();
        await RunAsync(await HybridSubjects.InMemoryAsync(), HybridScenario.InMemory);
        await using var redis = await RedisServer.StartAsync();
        await RunAsync(await HybridSubjects.OverRedisAsync(redis.EndPoint), HybridScenario.OverRedis);
        return 0;
    }

    private static async Task RunAsync(IReadOnlyList<HybridSubject> subjects, IReadOnlyList<HybridScenario> scenarios)
    {
        try
        {
            await new HybridContest(subjects).RunAsync(scenarios);
        }
        finally
        {
            foreach (var subject in subjects)
            {
                await subject.DisposeAsync();
            }
        }
    }
}
