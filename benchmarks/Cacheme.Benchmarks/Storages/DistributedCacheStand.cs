using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Storages;

/// <summary>Microsoft's Redis provider of <c>IDistributedCache</c>, over a Redis of its own.</summary>
internal sealed class DistributedCacheStand : StorageStand
{
    private readonly RedisServer _server;
    private readonly ConnectionMultiplexer _admin;

    private DistributedCacheStand(RedisServer server, ConnectionMultiplexer admin)
        : base("distributed")
    {
        _server = server;
        _admin = admin;
    }

    public static async Task<StorageStand> StartAsync()
    {
        var server = await RedisServer.StartAsync();
        return new DistributedCacheStand(server, await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true"));
    }

    public override void Add(CachemeBuilder cacheme, string storage)
    {
        cacheme.Services.AddStackExchangeRedisCache(options => options.Configuration = _server.EndPoint);
        cacheme.AddDistributedCacheStorage(storage);
    }

    public override Task<IPayloads> ConnectBareAsync(byte[] missing) =>
        Task.FromResult<IPayloads>(new BareDistributedCache(new RedisCache(new RedisCacheOptions { Configuration = _server.EndPoint }), missing));

    public override Task ClearAsync() => _admin.GetServers()[0].FlushAllDatabasesAsync();

    public override async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
    }
}
