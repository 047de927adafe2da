using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Redis.Tests;

/// <summary>HybridCache over memory and a real Redis, in two hosts that know nothing of each other but the server.</summary>
public sealed class HybridCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private IHost _here = null!; // Started before each test, where there is a server.
    private IHost _there = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Theory]
    [InlineData("tag")]
    [InlineData("*")]
    public async Task RemoveByTag_TheOtherHasItInMemory_ItLoadsAnew(string tag)
    {
        RedisServer.Require();
        await SetAsync(_here, "old");
        Assert.Equal("old", await GetAsync(_there, "not loaded"));

        await Cache(_here).RemoveByTagAsync(tag, Token);

        await Eventually.HoldsAsync(async () => await GetAsync(_there, "new") == "new");
        Assert.NotEqual("old", await GetAsync(_here, "newer"));
    }

    [Fact]
    public async Task Remove_TheOtherHasItInMemory_ItLoadsAnew()
    {
        RedisServer.Require();
        await SetAsync(_here, "old");
        Assert.Equal("old", await GetAsync(_there, "not loaded"));

        await Cache(_here).RemoveAsync("key", Token);

        await Eventually.HoldsAsync(async () => await GetAsync(_there, "new") == "new");
    }

    [Fact]
    public async Task Set_TheOtherHasItInMemory_ItReadsTheNewOne()
    {
        RedisServer.Require();
        await SetAsync(_here, "old");
        Assert.Equal("old", await GetAsync(_there, "not loaded"));

        await SetAsync(_here, "new");

        await Eventually.HoldsAsync(async () => await GetAsync(_there, "not loaded") == "new");
    }

    [Fact]
    public async Task Values_OfManyTypes_ComeBackFromTheServer()
    {
        RedisServer.Require();
        await Cache(_here).SetAsync("text", (string?)null, cancellationToken: Token);
        await Cache(_here).SetAsync("bytes", new byte[] { 0, 1, 2 }, cancellationToken: Token);
        await Cache(_here).SetAsync("number", 7.5m, cancellationToken: Token);
        await Cache(_here).SetAsync("list", new List<(int, string)> { (1, "a") }, cancellationToken: Token);
        await Cache(_here).SetAsync(new string('k', 1000), "long", cancellationToken: Token);

        Assert.Null(await Cache(_there).GetOrCreateAsync<string?>("text", NeverAsync<string?>, cancellationToken: Token));
        Assert.Equal([0, 1, 2], await Cache(_there).GetOrCreateAsync("bytes", NeverAsync<byte[]>, cancellationToken: Token));
        Assert.Equal(7.5m, await Cache(_there).GetOrCreateAsync("number", NeverAsync<decimal>, cancellationToken: Token));
        Assert.Equal([(1, "a")], await Cache(_there).GetOrCreateAsync("list", NeverAsync<List<(int, string)>>, cancellationToken: Token));
        Assert.Equal("long", await Cache(_there).GetOrCreateAsync(new string('k', 1000), NeverAsync<string>, cancellationToken: Token));
        Assert.True(await redis.Database.KeyExistsAsync("cacheme:hybrid:number:"));
    }

    [Fact]
    public async Task Expiration_OfTheCall_IsTheServersToo()
    {
        RedisServer.Require();

        await Cache(_here).SetAsync("key", "value", new HybridCacheEntryOptions { Expiration = TimeSpan.FromSeconds(30) }, cancellationToken: Token);

        Assert.InRange((await redis.Database.KeyTimeToLiveAsync("cacheme:hybrid:key:"))!.Value.TotalSeconds, 1, 30);
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddCacheme(cacheme => cacheme.AddLocal("local", 100).AddRedis("redis", redis.Server.EndPoint)
            .AddHybridCache(policy => policy.Cache("local").Cache("redis")));
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private static HybridCache Cache(IHost host) => host.Services.GetRequiredService<HybridCache>();

    private static ValueTask SetAsync(IHost host, string value) => Cache(host).SetAsync("key", value, tags: ["tag"], cancellationToken: Token);

    private static ValueTask<string> GetAsync(IHost host, string loaded) =>
        Cache(host).GetOrCreateAsync("key", _ => new ValueTask<string>(loaded), tags: ["tag"], cancellationToken: Token);

    private static ValueTask<T> NeverAsync<T>(CancellationToken cancellationToken) => throw new InvalidOperationException("It is there.");
}
