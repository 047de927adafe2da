using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>Microsoft's IDistributedCache over a Redis with a password.</summary>
public sealed class DistributedCacheBackend : ServerBackend<RedisServer>
{
    private const string InstanceName = "app:";

    // The storage's sign, its version, and no end.
    private static ReadOnlySpan<byte> Header => [0xCA, 0xCE, 0xD1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <inheritdoc/>
    public override string Name => "distributed-cache";

    /// <inheritdoc/>
    public override bool HasLeases => false;

    /// <inheritdoc/>
    public override bool HasLifetimes => false;

    /// <inheritdoc/>
    public override string Package => "Cacheme.Core";

    /// <inheritdoc/>
    public override string? Url => null;

    /// <inheritdoc/>
    public override string Secret => "r3dis/s3cret:@";

    /// <summary>What Cacheme.Redis sets by itself is said here: fail at once while the server is away, and keep keys out of errors.</summary>
    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage)
    {
        cacheme.Services.AddStackExchangeRedisCache(options =>
        {
            options.InstanceName = InstanceName;
            options.ConfigurationOptions = new ConfigurationOptions
            {
                EndPoints = { Server.EndPoint },
                Password = Secret,
                AbortOnConnectFail = false,
                BacklogPolicy = BacklogPolicy.FailFast,
                ConnectTimeout = 2_000,
                IncludeDetailInExceptions = false,
            };
        });
        cacheme.AddDistributedCacheStorage(storage);
    }

    /// <summary>Puts the bytes where the cache has its value, as its own user would.</summary>
    /// <remarks>Every second one behind a header as the storage writes it: without that the storage itself sees that they are not its own, and tells nobody.</remarks>
    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var redis = await ObserveAsync();
        await Task.WhenAll(entries.Select((entry, i) => redis.GetDatabase().HashSetAsync(
            InstanceName + entry.Key, "data", i % 2 == 0 ? entry.Value : [.. Header, .. entry.Value])));
    }

    /// <summary>What is left of an entry's life in Redis; null for no end, and for no entry.</summary>
    /// <param name="key">The key, as the storage is given it.</param>
    public async Task<TimeSpan?> FindLifeAsync(string key)
    {
        await using var redis = await ObserveAsync();
        return await redis.GetDatabase().KeyTimeToLiveAsync(InstanceName + key);
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var redis = await ObserveAsync();
        var clients = await redis.GetServers().Single().ClientListAsync();
        return clients.Count(client => client.Name != nameof(DistributedCacheBackend));
    }

    /// <inheritdoc/>
    protected override Task<RedisServer> StartServerAsync() => RedisServer.StartAsync(Secret);

    private async Task<ConnectionMultiplexer> ObserveAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"{Server.EndPoint},password={Secret},allowAdmin=true,name={nameof(DistributedCacheBackend)}");
}
