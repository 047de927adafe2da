using Cacheme.Storage;
using Cacheme.Testing;

namespace Cacheme.Redis.Tests;

/// <summary>What every storage must do, done by Redis.</summary>
public sealed class RedisStorageContractTests(RedisFixture fixture) : StorageContract, IClassFixture<RedisFixture>
{
    /// <summary>Redis goes by its own clock, which runs on while a test does its work, on a machine that may be busy.</summary>
    protected override TimeSpan ClockError => TimeSpan.FromSeconds(20);

    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) => new(TestStorage.Of(fixture.Server));

    /// <summary>Takes the time from the lives of all keys: what the keys see of it is the same, and nobody waits.</summary>
    /// <param name="time">How much.</param>
    protected override async ValueTask ElapseAsync(TimeSpan time)
    {
        await foreach (var key in fixture.Observer.GetServer(fixture.Server.EndPoint).KeysAsync().WithCancellation(Token))
        {
            if (await fixture.Database.KeyTimeToLiveAsync(key) is { } life)
            {
                await fixture.Database.KeyExpireAsync(key, life - time);
            }
        }
    }
}
