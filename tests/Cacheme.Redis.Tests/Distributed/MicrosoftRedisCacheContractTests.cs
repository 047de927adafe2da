using Cacheme.Servers;
using Cacheme.Testing.Distributed;

namespace Cacheme.Redis.Tests.Distributed;

/// <summary>Microsoft's cache over Redis keeps the contract, and shows where it differs.</summary>
public sealed class MicrosoftRedisCacheContractTests(RedisFixture redis) : DistributedCacheContract, IClassFixture<RedisFixture>
{
    protected override bool ForgetsTheFormerEnd => false;

    protected override async Task<DistributedHost> StartAsync()
    {
        RedisServer.Require();
        await redis.Observer.GetServers()[0].FlushAllDatabasesAsync();
        return new MicrosoftRedisHost(redis);
    }
}
