using Cacheme.Storage.Conformance.Suites;
using Cacheme.Storage.Outage.Backends;

namespace Cacheme.Storage.Conformance.DistributedCache;

/// <summary>How long Redis keeps what its cache was told to keep.</summary>
[Collection<DistributedCacheSetup>]
public sealed class DistributedCacheLifeTests(BackendFixture<DistributedCacheBackend> fixture) : StorageSuite(fixture)
{
    private DistributedCacheBackend Redis => (DistributedCacheBackend)Backend;

    [Fact]
    public async Task Set_Life_IsLongerInRedis()
    {
        await SetAsync("a", [1], TimeSpan.FromMinutes(10) + TimeSpan.FromMilliseconds(1));

        // It runs while the test does its work, on a machine that may be busy.
        Assert.InRange((await Redis.FindLifeAsync(Key("a")))!.Value, TimeSpan.FromMinutes(9), new TimeSpan(0, 10, 2));
    }

    // The cache leaves the life of the value before as it is when it is told of none.
    [Fact]
    public async Task Set_NoLifeOverALife_IsNotEndedByTheFormerOne()
    {
        await SetAsync("a", [1], TimeSpan.FromSeconds(30));

        await SetAsync("a", [2]);

        Assert.True(await Redis.FindLifeAsync(Key("a")) > TimeSpan.FromDays(3_000));
    }
}
