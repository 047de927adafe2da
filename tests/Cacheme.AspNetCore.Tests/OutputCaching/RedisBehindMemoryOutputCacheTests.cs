using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>Output caching in memory before Redis.</summary>
public sealed class RedisBehindMemoryOutputCacheTests : RedisOutputCacheContract
{
    protected override void AddStore(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddLocal("local", 100).AddRedis("redis", Server.EndPoint).AddOutputCacheStore("local", "redis"));

    [Fact]
    public async Task Get_TheServerIsDown_WhatIsInMemoryIsStillThere()
    {
        await App.GetAsync("/plain");
        Server.Stop();

        Assert.Equal("#1", await App.GetAsync("/plain"));
    }
}
