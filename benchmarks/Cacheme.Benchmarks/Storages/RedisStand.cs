using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A Redis of its own.</summary>
internal sealed class RedisStand : StorageStand
{
    private readonly RedisServer _server;
    private readonly ConnectionMultiplexer _admin;

    private RedisStand(RedisServer server, ConnectionMultiplexer admin)
        : base("redis")
    {
        _server = server;
        _admin = admin;
    }

    public static async Task<StorageStand> StartAsync()
    {
        var server = await RedisServer.StartAsync();
        return new RedisStand(server, await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true"));
    }

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddRedis(storage, _server.EndPoint);

    public override async Task<IPayloads> ConnectBareAsync(byte[] missing) =>
        new BareRedis(await ConnectionMultiplexer.ConnectAsync(_server.EndPoint), missing);

    public override Task ClearAsync() => _admin.GetServers()[0].FlushAllDatabasesAsync();

    public override async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
    }
}
