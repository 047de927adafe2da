using StackExchange.Redis;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>Redis's clock cannot be turned, but what is left of each key's life can be shortened.</summary>
internal static class RedisClock
{
    public static async Task ElapseAsync(IConnectionMultiplexer redis, TimeSpan span)
    {
        var database = redis.GetDatabase();
        foreach (var server in redis.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync())
            {
                if (await database.KeyTimeToLiveAsync(key) is { } life)
                {
                    await database.KeyExpireAsync(key, life - span);
                }
            }
        }
    }
}
