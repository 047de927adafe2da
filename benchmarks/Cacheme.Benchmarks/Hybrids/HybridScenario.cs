using Cacheme.Benchmarks.Hits;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Benchmarks.Hybrids;

/// <summary>One thing that is asked of each provider.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Calls">How often a round asks it.</param>
/// <param name="Run">Asks it from a number on, so many times, one after another.</param>
internal sealed record HybridScenario(string Name, int Calls, Func<HybridCache, int, int, ValueTask> Run)
{
    private const int Hits = 200_000;
    private const int Misses = 20_000;
    private const int Reads = 3_000;

    private static readonly string[] Keys = [.. Enumerable.Range(0, HitKeys.Count).Select(HitKeys.Of)];
    private static readonly string[] Tagged = Array.ConvertAll(Keys, static key => key + ":t");
    private static readonly string[] Objects = Array.ConvertAll(Keys, static key => key + ":o");
    private static readonly string[] TenTags = [.. Enumerable.Range(0, 10).Select(static i => $"group {i}")];
    private static readonly HybridCacheEntryOptions NotInMemory = new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    /// <summary>What is answered in memory, or loaded.</summary>
    public static IReadOnlyList<HybridScenario> InMemory { get; } =
    [
        new("hit, string", Hits, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync(Keys[HitKeys.At(i)], static _ => new ValueTask<string>("profile"));
            }
        }),
        new("hit, interpolated key", Hits, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync($"bench:user-profile:{HitKeys.At(i):D8}", static _ => new ValueTask<string>("profile"));
            }
        }),
        new("hit, string with ten tags", Hits, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync(Tagged[HitKeys.At(i)], static _ => new ValueTask<string>("profile"), tags: TenTags);
            }
        }),
        new("hit, mutable object", Hits / 4, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync(Objects[HitKeys.At(i)], static _ => new ValueTask<Profile>(NewProfile()));
            }
        }),
        new("miss, string", Misses, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync($"bench:miss:{i:D8}", static _ => new ValueTask<string>("profile"));
            }
        }),
        new("miss, mutable object", Misses, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync($"bench:miss-object:{i:D8}", static _ => new ValueTask<Profile>(NewProfile()));
            }
        }),
    ];

    /// <summary>What is answered by the second tier.</summary>
    public static IReadOnlyList<HybridScenario> OverRedis { get; } =
    [
        new("second tier, string", Reads, static (cache, from, count) => ReadAsync(cache, from, count)),
        new("second tier, string, 32 callers", Reads * 5, static async (cache, from, count) =>
            await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(() => ReadAsync(cache, from + (caller * HitKeys.Count / 32), count / 32).AsTask())))),
        new("second tier, mutable object", Reads, static async (cache, from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                await cache.GetOrCreateAsync(Objects[HitKeys.At(i)], static _ => new ValueTask<Profile>(NewProfile()), NotInMemory);
            }
        }),
    ];

    private static async ValueTask ReadAsync(HybridCache cache, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await cache.GetOrCreateAsync(Keys[HitKeys.At(i)], static _ => new ValueTask<string>("profile"), NotInMemory);
        }
    }

    private static Profile NewProfile() => new() { Id = 7, Name = "Ada Lovelace", Mail = "ada@example.org" };
}
