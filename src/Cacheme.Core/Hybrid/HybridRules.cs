using Cacheme.Concurrency;
using Cacheme.Nodes;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Hybrid;

/// <summary>What the options of a call mean, over the defaults of its cache. Immutable.</summary>
/// <param name="defaults">The flags of calls that name none.</param>
/// <param name="longest">The longest time to live that the cache's tiers have by themselves; null for ever.</param>
internal sealed class HybridRules(HybridCacheEntryFlags defaults, TimeSpan? longest)
{
    // What storages reckon in ends somewhere; nobody can tell it from for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private const HybridCacheEntryFlags Apart =
        HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache;

    private const HybridCacheEntryFlags PastTheCache =
        HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead;

    /// <summary>The flags of a call. Those that it names stand in place of the defaults.</summary>
    public HybridCacheEntryFlags FlagsOf(HybridCacheEntryOptions? options) => options?.Flags ?? defaults;

    /// <summary>The rules of a call.</summary>
    /// <param name="options">The call's options.</param>
    /// <param name="type">The type it asks for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time to live is not over zero.</exception>
    public CallRules Of(HybridCacheEntryOptions? options, Type type)
    {
        var flags = FlagsOf(options);
        // What is not used is not judged: a lookup, or a call that writes nothing, may say anything.
        var mayStore = (flags & HybridCacheEntryFlags.DisableUnderlyingData) == 0;
        var writesLocal = mayStore && (flags & HybridCacheEntryFlags.DisableLocalCacheWrite) == 0;
        var writes = writesLocal || (mayStore && (flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) == 0);
        var remote = writes ? Checked(options?.Expiration) : null;
        var local = (writesLocal ? Checked(options?.LocalCacheExpiration) : null) ?? remote;
        var cap = remote ?? longest;
        return new CallRules
        {
            LocalTimeToLive = cap < local ? cap : local,
            RemoteTimeToLive = remote,
            ReadsLocal = (flags & HybridCacheEntryFlags.DisableLocalCacheRead) == 0,
            WritesLocal = (flags & HybridCacheEntryFlags.DisableLocalCacheWrite) == 0,
            ReadsRemote = (flags & HybridCacheEntryFlags.DisableDistributedCacheRead) == 0,
            WritesRemote = (flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) == 0,
            Form = new FlightForm((int)(flags & Apart), type, IsFresh: (flags & PastTheCache) == PastTheCache),
        };
    }

    private static TimeSpan? Checked(TimeSpan? expiration) =>
        expiration <= TimeSpan.Zero
            ? throw new ArgumentOutOfRangeException(nameof(expiration), expiration, "An expiration is over zero: leave it out for the cache's own.")
            : expiration > Longest ? Longest : expiration;
}
