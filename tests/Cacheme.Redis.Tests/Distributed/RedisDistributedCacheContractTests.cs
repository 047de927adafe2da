using Cacheme.Servers;
using Cacheme.Testing;
using Cacheme.Testing.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Redis.Tests.Distributed;

/// <summary>Ours over a real Redis.</summary>
public sealed class RedisDistributedCacheContractTests(RedisFixture redis) : DistributedCacheContract, IClassFixture<RedisFixture>
{
    protected override async Task<DistributedHost> StartAsync()
    {
        RedisServer.Require();
        await redis.Observer.GetServers()[0].FlushAllDatabasesAsync();
        return new CachemeDistributedHost(
            cacheme => cacheme.AddRedis("redis", redis.Server.EndPoint).ConfigureStorage("redis", static options => options.Timeout = Patience.Limit).AddDistributedCache("redis"),
            async time => await RedisClock.ElapseAsync(redis, time));
    }
}
