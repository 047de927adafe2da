using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

namespace Cacheme.Benchmarks.Hybrids;

/// <summary>The providers, with their defaults.</summary>
internal static class HybridSubjects
{
    private const int LocalSize = 100_000;

    /// <summary>In memory only. Microsoft's comes first: what others are measured by.</summary>
    public static async Task<IReadOnlyList<HybridSubject>> InMemoryAsync() =>
    [
        await HybridSubject.StartAsync("Microsoft 10.11", static services => services.AddHybridCache()),
        await HybridSubject.StartAsync("FusionCache 2.9", static services => services.AddFusionCache().AsHybridCache()),
        await HybridSubject.StartAsync("Cacheme, lru", static services => services.AddCacheme(static cacheme => cacheme
            .AddLocal("local", LocalSize, EvictionPolicy.Lru).AddHybridCache(static policy => policy.Cache("local")))),
        await HybridSubject.StartAsync("Cacheme, tlfu", static services => services.AddCacheme(static cacheme => cacheme
            .AddLocal("local", LocalSize).AddHybridCache(static policy => policy.Cache("local")))),
    ];

    /// <summary>In memory and in a Redis.</summary>
    public static async Task<IReadOnlyList<HybridSubject>> OverRedisAsync(string endPoint) =>
    [
        await HybridSubject.StartAsync("Microsoft 10.11", services =>
        {
            services.AddStackExchangeRedisCache(options => options.Configuration = endPoint);
            services.AddHybridCache();
        }),
        await HybridSubject.StartAsync("FusionCache 2.9", services =>
        {
            services.AddStackExchangeRedisCache(options => options.Configuration = endPoint);
            services.AddFusionCache().WithRegisteredDistributedCache().WithSerializer(new FusionJson()).AsHybridCache();
        }),
        await HybridSubject.StartAsync("Cacheme, tlfu", services => services.AddCacheme(cacheme => cacheme
            .AddLocal("local", LocalSize).AddRedis("redis", endPoint).AddHybridCache(static policy => policy.Cache("local").Cache("redis")))),
    ];
}
