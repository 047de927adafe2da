using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>One Redis with a password.</summary>
public sealed class RedisBackend : ServerBackend<RedisServer>
{
    /// <inheritdoc/>
    public override string Name => "redis";

    /// <inheritdoc/>
    public override string Package => "Cacheme.Redis";

    /// <inheritdoc/>
    public override string Secret => "r3dis/s3cret:@";

    /// <inheritdoc/>
    public override string Url => $"redis://:{Uri.EscapeDataString(Secret)}@{Server.EndPoint}";

    /// <summary>Redis goes by its own clock, which runs on while a test does its work, on a machine that may be busy.</summary>
    public override TimeSpan ClockError => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddRedis(storage, $"{Server.EndPoint},password={Secret}");

    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var redis = await ObserveAsync();
        await Task.WhenAll(entries.Select(entry => redis.GetDatabase().StringSetAsync(entry.Key, entry.Value)));
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var redis = await ObserveAsync();
        var clients = await redis.GetServers().Single().ClientListAsync();
        return clients.Count(client => client.Name != nameof(RedisBackend));
    }

    /// <summary>Takes the time from the lives of all keys: what the keys see of it is the same, and nobody waits.</summary>
    /// <param name="time">Not used.</param>
    /// <param name="span">How much.</param>
    public override async ValueTask ElapseAsync(FakeTimeProvider time, TimeSpan span)
    {
        await using var redis = await ObserveAsync();
        await RedisClock.ElapseAsync(redis, span);
    }

    /// <inheritdoc/>
    protected override Task<RedisServer> StartServerAsync() => RedisServer.StartAsync(Secret);

    private async Task<ConnectionMultiplexer> ObserveAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"{Server.EndPoint},password={Secret},allowAdmin=true,name={nameof(RedisBackend)}");
}
