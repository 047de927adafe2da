using Cacheme.Testing;
using Cacheme.Tests.Storage.DistributedCaches;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.DependencyInjection;

/// <summary>A cache of the application's as a storage: found, refused, slow and gone.</summary>
public sealed class DistributedCacheTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<object?> KeysOfOwn => new((object?)null, "own", KeyedService.AnyKey);

    [Fact]
    public async Task Get_PlainCache_IsTheSecondTier()
    {
        var cache = new FakeDistributedCache();
        await using (var before = Fixture(services => services.AddSingleton<IDistributedCache>(cache)))
        {
            await before.StartAsync(); // What is under way when it begins to hear from others is stored nowhere.
            await before.Cacheme.GetAsync(new ItemNode(1), Ct);
        }

        await using var after = Fixture(services => services.AddSingleton<IDistributedCache>(cache));

        Assert.Equal("1#1", (await after.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        Assert.Equal(1, after.Cacheme.Stats<ItemNode>().HitCount);
        Assert.Equal(["cacheme:invalidations", "cacheme:item:1:v1"], cache.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_KeyedCache_IsTheOneOfThatKey()
    {
        var (plain, keyed) = (new FakeDistributedCache(), new FakeDistributedCache());
        var fixture = Fixture(
            services => services.AddSingleton<IDistributedCache>(plain).AddKeyedSingleton<IDistributedCache>("sql", keyed), serviceKey: "sql");

        await fixture.Cacheme.GetAsync(new ItemNode(1), Ct);
        await fixture.DisposeAsync(); // It waits for the write.

        Assert.Empty(plain.Calls);
        Assert.NotEmpty(keyed.Names);
    }

    [Fact]
    public async Task Get_CacheForAnyKey_IsFound()
    {
        await using var fixture = Fixture(
            services => services.AddKeyedSingleton<IDistributedCache>(KeyedService.AnyKey, (_, _) => new FakeDistributedCache()), serviceKey: "sql");

        Assert.Equal("1#1", (await fixture.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public Task Start_NoCache_NamesTheStorageAndTheCure() => Refused(_ => { }, null, "'shared'", "no IDistributedCache is", "AddStackExchangeRedisCache");

    [Fact]
    public Task Start_NoCacheOfTheKey_NamesTheKey() => Refused(
        services => services.AddSingleton<IDistributedCache, FakeDistributedCache>(), "sql", "'shared'", "'sql'", "AddKeyedSingleton");

    [Fact]
    public Task Start_CacheOfAScope_IsRefused() => Refused(
        services => services.AddScoped<IDistributedCache, FakeDistributedCache>(), null, "'shared'", "scoped", "singleton");

    [Theory]
    [MemberData(nameof(KeysOfOwn))]
    public Task Start_CacheThatIsCachemesOwn_IsRefused(object? key)
    {
        // Whatever of Cacheme's stands there: what counts is whose type it is.
        Func<IServiceProvider, ICacheme> plain = provider => provider.GetRequiredService<ICacheme>();
        Func<IServiceProvider, object?, ICacheme> keyed = (provider, _) => plain(provider);
        return Refused(
            services => services.Add(key is null
                ? new ServiceDescriptor(typeof(IDistributedCache), plain, ServiceLifetime.Singleton)
                : new ServiceDescriptor(typeof(IDistributedCache), key, keyed, ServiceLifetime.Singleton)),
            key is null ? null : "own",
            "'shared'",
            "over itself");
    }

    [Fact]
    public async Task Start_NoConcurrency_IsRefused()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddDistributedCacheStorage("shared", configure: options => options.Concurrency = 0),
            services => services.AddSingleton<IDistributedCache, FakeDistributedCache>());

        Assert.Contains("'shared'", (await Assert.ThrowsAsync<CachemeSetupException>(fixture.StartAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CacheThatCannotBeMadeNow_DoesNotStopTheHostAndIsMadeLater()
    {
        var isDown = true;
        using var cache = new FakeDistributedCache();
        var fixture = Fixture(services => services.AddSingleton<IDistributedCache>(_ => isDown ? throw new IOException() : cache));

        await fixture.StartAsync();
        Assert.Equal("1#1", (await fixture.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        isDown = false;
        await fixture.Cacheme.GetAsync(new ItemNode(2), Ct);
        await fixture.DisposeAsync();

        Assert.Contains("cacheme:item:2:v1", cache.Names);
    }

    [Fact]
    public async Task Get_CacheBlocksItsCaller_CostsTheTimeoutAndNoMore()
    {
        using var open = new ManualResetEventSlim();
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = new FakeDistributedCache
        {
            Before = (_, _, _) =>
            {
                inside.TrySetResult();
                open.Wait(2 * Patience.Limit, CancellationToken.None);
                return Task.CompletedTask;
            },
        };
        await using var fixture = Fixture(services => services.AddSingleton<IDistributedCache>(cache));
        var getting = Task.Run(() => fixture.Cacheme.GetAsync(new ItemNode(1), Ct).AsTask(), Ct);
        await inside.Task.WaitAsync(Patience.Limit, Ct);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("1#1", (await getting.WaitAsync(Patience.Limit, Ct)).Text);
        open.Set();
    }

    [Fact]
    public async Task Dispose_Host_LeavesTheCacheToWhoMadeIt()
    {
        using var cache = new FakeDistributedCache();
        var fixture = Fixture(services => services.AddSingleton<IDistributedCache>(cache));
        await fixture.Cacheme.GetAsync(new ItemNode(1), Ct);

        await fixture.DisposeAsync();

        Assert.False(cache.IsDisposed);
    }

    private static CacheFixture Fixture(Action<IServiceCollection> more, object? serviceKey = null) => new(
        cacheme => cacheme
            .AddDistributedCacheStorage("shared", serviceKey)
            .AddNode<ItemNode>(policy => policy.Version("v1").Cache("local").Cache("shared", TimeSpan.FromHours(1))),
        services =>
        {
            services.AddSingleton<Source>();
            more(services);
        });

    private static async Task Refused(Action<IServiceCollection> more, object? serviceKey, params string[] words)
    {
        await using var fixture = Fixture(more, serviceKey);

        var error = await Assert.ThrowsAsync<CachemeSetupException>(fixture.StartAsync);

        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }
}
