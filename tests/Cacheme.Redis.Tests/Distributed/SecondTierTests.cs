using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Redis.Tests.Distributed;

/// <summary>Microsoft's own HybridCache with Cacheme as its second tier, in two hosts and over a real Redis.</summary>
public sealed class SecondTierTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private IHost _here = null!; // Started before each test, where there is a server.
    private IHost _there = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.IsAvailable)
        {
            await redis.Observer.GetServers()[0].FlushAllDatabasesAsync();
            _here = await StartAsync();
            _there = await StartAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        _here?.Dispose();
        _there?.Dispose();
        return default;
    }

    [Fact]
    public async Task GetOrCreate_StoredByAnotherProcess_IsNotLoaded()
    {
        RedisServer.Require();
        var value = new string('x', 100_000);

        Assert.Equal("Microsoft.Extensions.Caching.Hybrid", Cache(_here).GetType().Assembly.GetName().Name);
        await Cache(_here).SetAsync("key", value, tags: ["tag"], cancellationToken: Ct);

        Assert.Equal(value, await GetAsync(_there, "not loaded"));
        Assert.Equal(1, _there.Services.GetRequiredService<ICacheme>().Stats("distributed").HitsByStorage["redis"]);
        Assert.InRange((await redis.Database.KeyTimeToLiveAsync("cacheme:distributed:key:"))!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5)); // Not null: it has an end.
    }

    [Fact]
    public async Task RemoveAndTag_InTheProcessThatStored_AreHeeded()
    {
        RedisServer.Require();
        await Cache(_here).SetAsync("key", "old", tags: ["tag"], cancellationToken: Ct);
        await Cache(_here).RemoveByTagAsync("tag", Ct);
        Assert.Equal("new", await GetAsync(_here, "new"));
        // Microsoft's writes what it has loaded behind its caller's back: after the value and the tag's time it is the third.
        await Eventually.HoldsAsync(() => Task.FromResult(_here.Services.GetRequiredService<ICacheme>().Stats("distributed").SetCount == 3));

        await Cache(_here).RemoveAsync("key", Ct);

        Assert.Equal("newer", await GetAsync(_there, "newer"));
    }

    private static ValueTask<string> GetAsync(IHost host, string loaded) =>
        Cache(host).GetOrCreateAsync("key", _ => new ValueTask<string>(loaded), cancellationToken: Ct);

    private static HybridCache Cache(IHost host) => host.Services.GetRequiredService<HybridCache>();

    private async Task<IHost> StartAsync()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddCacheme(cacheme => cacheme.AddRedis("redis", redis.Server.EndPoint).AddDistributedCache("redis"));
        builder.Services.AddHybridCache();
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }
}
