using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>Microsoft's store for Redis, to see that the contract is not ours alone.</summary>
public sealed class MicrosoftsRedisOutputCacheTests : RedisOutputCacheContract
{
    protected override void AddStore(IServiceCollection services) =>
        services.AddStackExchangeRedisOutputCache(options => options.Configuration = Server.EndPoint);
}
