using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Storages;

/// <summary>A Redis Cluster of six nodes of its own.</summary>
internal sealed class RedisClusterStand : StorageStand
{
    private readonly RedisCluster _cluster;
    private readonly ConnectionMultiplexer _admin;

    private RedisClusterStand(RedisCluster cluster, ConnectionMultiplexer admin)
        : base("redis-cluster")
    {
        _cluster = cluster;
        _admin = admin;
    }

    public static async Task<StorageStand> StartAsync()
    {
        var cluster = await RedisCluster.StartAsync();
        return new RedisClusterStand(cluster, await ConnectionMultiplexer.ConnectAsync($"{cluster.EndPoints},allowAdmin=true"));
    }

    public override void Add(CachemeBuilder cacheme, string storage) => cacheme.AddRedis(storage, _cluster.EndPoints);

    public override async Task<IPayloads> ConnectBareAsync(byte[] missing) =>
        new BareRedis(await ConnectionMultiplexer.ConnectAsync(_cluster.EndPoints), missing, hasSlots: true);

    public override Task ClearAsync() =>
        Task.WhenAll(_admin.GetServers().Where(server => !server.IsReplica).Select(server => server.FlushAllDatabasesAsync()));

    public override async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
