using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>What .NET 11's HybridCache does by default for factories that say the options themselves: the old member with both writes disabled, then Set.</summary>
internal static class NewerFactory
{
    private const HybridCacheEntryFlags BothWritesDisabled = HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite;

    public static async Task<T> GetOrCreateAsync<T>(
        HybridCache cache, string key, Func<CancellationToken, Task<(T Value, HybridCacheEntryOptions Options)>> factory, CancellationToken cancellationToken)
    {
        var said = default(HybridCacheEntryOptions);
        var value = await cache.GetOrCreateAsync(
            key,
            async token =>
            {
                var made = await factory(token);
                said = made.Options;
                return made.Value;
            },
            new HybridCacheEntryOptions { Flags = BothWritesDisabled },
            cancellationToken: cancellationToken);
        if (said is not null)
        {
            // Only the caller whose factory ran.
            await cache.SetAsync(key, value, said, cancellationToken: CancellationToken.None);
        }

        return value;
    }
}
