using StackExchange.Redis;

namespace Cacheme.Redis.Tests.Distributed;

/// <summary>Redis's clock cannot be turned, but what is left of each key's life can be shortened.</summary>
internal static class RedisClock
{
    // Where Microsoft's cache writes when an entry ends, in ticks; -1 for never.
    private const string End = "absexp";

    public static async Task ElapseAsync(RedisFixture redis, TimeSpan time)
    {
        await foreach (var key in redis.Observer.GetServers()[0].KeysAsync())
        {
            if (await redis.Database.KeyTypeAsync(key) == RedisType.Hash && await redis.Database.HashGetAsync(key, End) is { HasValue: true } end && (long)end > 0)
            {
                await redis.Database.HashSetAsync(key, End, (long)end - time.Ticks);
            }

            if (await redis.Database.KeyTimeToLiveAsync(key) is { } life)
            {
                await redis.Database.KeyExpireAsync(key, life - time);
            }
        }
    }
}
