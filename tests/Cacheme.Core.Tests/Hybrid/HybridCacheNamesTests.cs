using Cacheme.Testing;
using Cacheme.Tests.Storage.DistributedCaches;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cacheme.Tests.Hybrid;

/// <summary>Names, registration and what stands beside a HybridCache in one host.</summary>
public sealed class HybridCacheNamesTests
{
    private const HybridCacheEntryFlags PastTheCache = HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead;

    private int _loads;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetOrCreate_PastTheCacheTwice_LoadsTwice()
    {
        await using var host = await CachemeHost.StartAsync();
        var gate = new Gate();
        host.Fixture.Remote.Before = (operation, _) => operation == "set" ? gate.PassAsync(Ct) : Task.CompletedTask;

        var both = (await RefreshAsync(host.Cache), await RefreshAsync(host.Cache));
        gate.Open();

        Assert.Equal((1, 2), both);
    }

    [Fact]
    public async Task GetOrCreate_PastTheCacheTwiceOfMicrosofts_LoadsTwice()
    {
        var gate = new Gate();
        using var secondTier = new FakeDistributedCache { Before = (operation, _, _) => operation == "set" ? gate.PassAsync(Ct) : Task.CompletedTask };
        await using var host = new MicrosoftHost(secondTier: secondTier);

        var both = (await RefreshAsync(host.Cache), await RefreshAsync(host.Cache));
        gate.Open();

        Assert.Equal((1, 2), both);
    }

    [Theory]
    [InlineData("é", 100, "tag", 1)]
    [InlineData("é", 50, "t", 150)]
    [InlineData("n", 200, "tag", 1)]
    [InlineData("n", 200, "t", 100)]
    public async Task Policy_OfALongName_TakesTags(string letter, int length, string tag, int times)
    {
        var name = string.Concat(Enumerable.Repeat(letter, length));
        var tagged = string.Concat(Enumerable.Repeat(tag, times));
        await using var fixture = new CacheFixture(cacheme => cacheme.AddPolicy(name, policy => policy.Cache("local")));
        var cache = fixture.Services.GetRequiredKeyedService<HybridCache>(name);

        await cache.SetAsync("key", 10, tags: [tagged], cancellationToken: Ct);

        Assert.Equal(10, await cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        await cache.RemoveByTagAsync(tagged, Ct);
        Assert.Equal(1, await cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task DefaultExpiration_Longest_IsTaken()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddHybridCache(policy => policy.Cache("local").Cache("remote")),
            services => services.Configure<HybridCacheOptions>(options => options.DefaultEntryOptions = new() { Expiration = TimeSpan.MaxValue }));
        fixture.Remote.Log = new FakeLog();
        await fixture.StartAsync();
        var cache = fixture.Services.GetRequiredService<HybridCache>();

        await cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct);

        Assert.Equal(1, await cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task RemoveByTag_OfACacheInMemory_DoesNotNeedTheStorageOfOthers()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme
            .AddHybridCache(policy => policy.Cache("local"))
            .AddPolicy("far", policy => policy.Cache("local").Cache("remote")));
        fixture.Remote.Log = new FakeLog();
        await fixture.StartAsync();
        _ = fixture.Services.GetRequiredKeyedService<HybridCache>("far");
        fixture.Remote.Log.Pass = static _ => throw new InvalidOperationException("It is down.");

        var error = await Record.ExceptionAsync(async () => await fixture.Services.GetRequiredService<HybridCache>().RemoveByTagAsync("tag", Ct));

        Assert.Null(error);
    }

    [Fact]
    public async Task AddPolicy_ItsHybridCacheIsTakenOut_TheHostStarts()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddPolicy("products", policy => policy.Cache("local")), services => services.RemoveAllKeyed<HybridCache>("products"));

        Assert.NotNull(fixture.Cacheme);
    }

    [Fact]
    public async Task Lookup_OfABadKey_IsCountedAsTryGet()
    {
        await using var host = await CachemeHost.StartAsync();

        await host.Cache.GetOrCreateAsync("", CountAsync, new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData }, cancellationToken: Ct);

        Assert.Equal(1, host.Fixture.Cacheme.Stats("hybrid").TryGetCount);
    }

    [Fact]
    public async Task GetOrCreate_PastTheCacheWhileASetIsWritten_Loads()
    {
        await using var host = await CachemeHost.StartAsync();
        var gate = new Gate();
        host.Fixture.Remote.Before = (operation, _) => operation == "set" ? gate.PassAsync(Ct) : Task.CompletedTask;
        var set = host.Cache.SetAsync("key", 10, cancellationToken: Ct).AsTask();
        await gate.Reached;

        var got = await RefreshAsync(host.Cache);
        gate.Open();
        await set;

        Assert.Equal(1, got);
    }

    [Fact]
    public async Task Named_AllOfThem_AreGiven()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme
            .AddPolicy("one", policy => policy.Cache("local")).AddPolicy("two", policy => policy.Cache("local")));

        Assert.Equal(2, fixture.Services.GetKeyedServices<HybridCache>(KeyedService.AnyKey).Distinct().Count());
    }

    [Fact]
    public async Task RemoveByTag_InAnotherProcessDuringALoad_IsNotLost()
    {
        await using var host = await CachemeHost.StartAsync();
        await using var other = await host.StartOtherAsync();
        var gate = new Gate();
        var load = host.Cache.GetOrCreateAsync(
            "key",
            async token =>
            {
                await gate.PassAsync(token);
                return "old";
            },
            tags: ["tag"],
            cancellationToken: Ct).AsTask();
        await gate.Reached;
        await other.Cache.RemoveByTagAsync("tag", Ct);
        gate.Open();
        await load;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("new"), tags: ["tag"], cancellationToken: Ct));
        Assert.Equal("new", await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("new"), tags: ["tag"], cancellationToken: Ct));
    }

    [Fact]
    public async Task RemoveByTag_WhileTheSecondTierIsRead_IsNotLost()
    {
        await using var host = await CachemeHost.StartAsync();
        await host.Cache.SetAsync("key", "old", new() { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, ["tag"], Ct);
        await host.SettleAsync();
        var gate = new Gate();
        host.Fixture.Remote.AfterGet = () => gate.PassAsync(Ct);
        var get = host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("new"), tags: ["tag"], cancellationToken: Ct).AsTask();
        await gate.Reached;
        await host.Cache.RemoveByTagAsync("tag", Ct);
        gate.Open();
        await get;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("new"), tags: ["tag"], cancellationToken: Ct));
    }

    private async Task<int> RefreshAsync(HybridCache cache) =>
        await cache.GetOrCreateAsync("key", CountAsync, new HybridCacheEntryOptions { Flags = PastTheCache }, cancellationToken: Ct);

    private ValueTask<int> CountAsync(CancellationToken cancellationToken) => new(Interlocked.Increment(ref _loads));
}
