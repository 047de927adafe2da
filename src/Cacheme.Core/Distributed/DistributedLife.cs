using Microsoft.Extensions.Caching.Distributed;

namespace Cacheme.Distributed;

/// <summary>What the options of an IDistributedCache's call mean.</summary>
internal static class DistributedLife
{
    /// <summary>Reads them. Of an absolute expiration and one from now the second holds; a sliding one goes with either.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The absolute expiration has passed.</exception>
    public static ByteLife Of(DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        if (options.AbsoluteExpiration <= now)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.AbsoluteExpiration, $"The {nameof(options.AbsoluteExpiration)} has passed: give one in the future.");
        }

        return new(options.AbsoluteExpirationRelativeToNow ?? options.AbsoluteExpiration - now, options.SlidingExpiration);
    }
}
