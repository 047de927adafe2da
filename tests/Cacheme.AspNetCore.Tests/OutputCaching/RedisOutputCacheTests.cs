using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>Output caching in Redis.</summary>
public sealed class RedisOutputCacheTests : RedisOutputCacheContract
{
    protected override void AddStore(IServiceCollection services) =>
        services.AddCacheme(cacheme => cacheme.AddRedis("redis", Server.EndPoint).AddOutputCacheStore("redis"));

    [Fact]
    public async Task Get_TheServerIsDown_IsAnsweredAndStoredAgainWhenItIsBack()
    {
        await App.GetAsync("/plain");
        Server.Stop();

        Assert.Equal("#2", await App.GetAsync("/plain"));
        Assert.Equal("#3", await App.GetAsync("/plain"));
        await Assert.ThrowsAsync<InvalidationException>(() => App.Store.EvictByTagAsync("products", Token).AsTask());

        await Server.RestartAsync();
        await Eventually.HoldsAsync(async () => await App.GetAsync("/plain") == await App.GetAsync("/plain"));
    }
}
