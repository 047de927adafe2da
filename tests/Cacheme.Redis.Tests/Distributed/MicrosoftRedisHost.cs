using Cacheme.Testing.Distributed;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Redis.Tests.Distributed;

/// <summary>Microsoft's cache over a real Redis.</summary>
internal sealed class MicrosoftRedisHost(RedisFixture redis) : DistributedHost
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddStackExchangeRedisCache(options => options.Configuration = redis.Server.EndPoint).BuildServiceProvider();

    public override IDistributedCache Cache => _services.GetRequiredService<IDistributedCache>();

    public override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public override async ValueTask ElapseAsync(TimeSpan time) => await RedisClock.ElapseAsync(redis, time);

    public override ValueTask DisposeAsync() => _services.DisposeAsync();
}
