using Cacheme.DependencyInjection;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Cacheme.Tests.Hybrid;

/// <summary>AddHybridCache and AddPolicy, among Microsoft's own registrations, and the HybridCaches of nodes.</summary>
public sealed class HybridCacheRegistrationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddHybridCache_MicrosoftsIsRegisteredToo_OursIsGivenWithItsOptions(bool microsoftsFirst)
    {
        var services = new ServiceCollection();
        if (microsoftsFirst)
        {
            AddMicrosofts(services);
        }

        services.AddCacheme(cacheme => cacheme.AddLocal("local", 100)
            .AddHybridCache(policy => policy.Cache("local")).AddPolicy("products", policy => policy.Cache("local")));
        if (!microsoftsFirst)
        {
            services.AddHybridCache(options => options.MaximumKeyLength = 5);
            services.Configure<HybridCacheOptions>("products", options => options.MaximumKeyLength = 8);
        }

        await using var provider = services.BuildServiceProvider();

        await UseAsync(provider.GetRequiredService<HybridCache>(), "hybrid", longestKey: 5);
        await UseAsync(provider.GetRequiredKeyedService<HybridCache>("products"), "products", longestKey: 8);

        async Task UseAsync(HybridCache cache, string name, int longestKey)
        {
            await cache.GetOrCreateAsync(new string('k', longestKey), _ => new ValueTask<int>(1), cancellationToken: Ct);
            await cache.GetOrCreateAsync(new string('k', longestKey), _ => new ValueTask<int>(1), cancellationToken: Ct);
            await cache.GetOrCreateAsync(new string('k', longestKey + 1), _ => new ValueTask<int>(1), cancellationToken: Ct);
            await cache.GetOrCreateAsync(new string('k', longestKey + 1), _ => new ValueTask<int>(1), cancellationToken: Ct);
            var stats = provider.GetRequiredService<ICacheme>().Stats(name);
            Assert.Equal((1, 3), (stats.HitCount, stats.MissCount));
        }
    }

    [Fact]
    public void AddPolicy_MicrosoftsKeyedOneIsRegisteredAfterwards_IsASetupError()
    {
        var fixture = new CacheFixture(
            cacheme => cacheme.AddPolicy("products", policy => policy.Cache("local")), services => services.AddKeyedHybridCache("products"));

        var error = Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);

        Assert.Contains("register it before AddCacheme", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DefaultEntryOptions_HoldWhereThePolicySaysNoTime()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme
                .AddHybridCache(policy => policy.Cache("local"))
                .AddPolicy("said", policy => policy.Cache("local", TimeSpan.FromSeconds(30)))
                .AddPolicy("named", policy => policy.Cache("local")),
            services => services
                .Configure<HybridCacheOptions>(options => options.DefaultEntryOptions = new() { Expiration = TimeSpan.FromMinutes(1) })
                .Configure<HybridCacheOptions>("named", options => options.DefaultEntryOptions = new() { Expiration = TimeSpan.FromHours(1), LocalCacheExpiration = TimeSpan.FromMinutes(2) }));

        Assert.Equal(
            [TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(30)],
            [await LifeAsync(fixture, fixture.Services.GetRequiredService<HybridCache>()), await LifeAsync(fixture, Named(fixture, "named")), await LifeAsync(fixture, Named(fixture, "said"))]);
    }

    [Fact]
    public async Task Node_ByItsName_HasAHybridCacheWithItsPolicyAndStatistics()
    {
        await using var fixture = Nodes();
        await fixture.StartAsync();

        var cache = Named(fixture, "item");
        await cache.GetOrCreateAsync("item:1", _ => new ValueTask<string>("a"), cancellationToken: Ct);
        await cache.GetOrCreateAsync("item:1", _ => new ValueTask<string>("b"), cancellationToken: Ct);
        Assert.Equal("1#1", (await fixture.Cacheme.GetAsync(new ItemNode(1), Ct)).Text);

        var stats = fixture.Cacheme.Stats("item");
        Assert.Equal((3, 1, 2), (stats.RequestCount, stats.HitCount, stats.MissCount));
        Assert.Equal(["cacheme:hybrid/item:item:1:v7", "cacheme:item:1:v7"], fixture.Remote.Keys.Order(StringComparer.Ordinal));
        Assert.Same(cache, Named(fixture, "item"));
        Assert.Equal(["StructNode", "item"], fixture.Cacheme.Nodes.Select(static node => node.Name).Order(StringComparer.Ordinal));
        Assert.NotNull(Named(fixture, "StructNode"));
        Assert.Null(fixture.Services.GetKeyedService<HybridCache>("nobody"));
    }

    [Fact]
    public async Task Node_InvalidatedByKeyOrTag_LeavesItsHybridCacheAlone()
    {
        await using var fixture = Nodes();
        await fixture.StartAsync();
        await Named(fixture, "item").SetAsync("item:1", "a", tags: ["tag"], cancellationToken: Ct);

        await fixture.Cacheme.InvalidateAsync(new ItemNode(1), Ct);
        await fixture.Cacheme.InvalidateTagAsync("tag", Ct);

        Assert.Equal("a", await Named(fixture, "item").GetOrCreateAsync("item:1", _ => new ValueTask<string>("b"), cancellationToken: Ct));
    }

    [Fact]
    public async Task Node_InvalidatedElsewhere_IsHeardOfBesideItsHybridCache()
    {
        await using var here = Nodes();
        await using var there = Nodes(here);
        await here.StartAsync();
        await there.StartAsync();
        await Named(there, "item").SetAsync("key", "old", cancellationToken: Ct);
        await there.Cacheme.GetAsync(new ItemNode(1), Ct);

        await Named(here, "item").RemoveAsync("key", Ct);
        await here.Cacheme.InvalidateAsync(new ItemNode(1), Ct);

        await Eventually.HoldsAsync(async () => (await there.Cacheme.GetAsync(new ItemNode(1), Ct)).Text != "1#1");
        await Eventually.HoldsAsync(async () => await Named(there, "item").GetOrCreateAsync("key", _ => new ValueTask<string>("new"), cancellationToken: Ct) == "new");
    }

    [Fact]
    public async Task Node_WithoutATimeToLive_HasNoneInItsHybridCache()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("local")));
        await Named(fixture, "ItemNode").SetAsync("key", 1, cancellationToken: Ct);

        fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, await Named(fixture, "ItemNode").GetOrCreateAsync("key", _ => new ValueTask<int>(2), cancellationToken: Ct));
    }

    [Fact]
    public async Task Names_ThatLookLikeOthersKeys_StayApart()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme
            .AddPolicy("a", policy => policy.Cache("local")).AddPolicy("a:b", policy => policy.Cache("local")).AddPolicy("a%3Ab", policy => policy.Cache("local")));

        await Named(fixture, "a").SetAsync("b:c", 1, cancellationToken: Ct);
        await Named(fixture, "a:b").SetAsync("c", 2, cancellationToken: Ct);
        await Named(fixture, "a%3Ab").SetAsync("c", 3, cancellationToken: Ct);

        Assert.Equal(1, await Named(fixture, "a").GetOrCreateAsync("b:c", _ => new ValueTask<int>(0), cancellationToken: Ct));
        Assert.Equal(2, await Named(fixture, "a:b").GetOrCreateAsync("c", _ => new ValueTask<int>(0), cancellationToken: Ct));
    }

    [Fact]
    public async Task Meter_NamedCaches_AreNodesLikeOthers()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddPolicy("products", policy => policy.Cache("local")));
        using var requests = new MetricCollector<long>(fixture.Meters, "Cacheme", "cacheme.cache.requests");
        await Named(fixture, "products").SetAsync("key", 1, cancellationToken: Ct);
        await Named(fixture, "products").GetOrCreateAsync("key", _ => new ValueTask<int>(2), cancellationToken: Ct);

        requests.RecordObservableInstruments();

        Assert.Contains(requests.GetMeasurementSnapshot(), measured =>
            measured.Value == 1 && "products".Equals(measured.Tags["cacheme.node"]) && "hit".Equals(measured.Tags["cacheme.result"]) && "local".Equals(measured.Tags["cacheme.tier"]));
    }

    [Fact]
    public async Task Settings_OfTheCachesName_GoOverThePolicy()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddHybridCache(policy => policy.Cache("local", TimeSpan.FromHours(1))),
            services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection([new("Cacheme:Nodes:hybrid:Ttls:local", "00:00:10")]).Build()));

        Assert.Equal(TimeSpan.FromSeconds(10), await LifeAsync(fixture, fixture.Services.GetRequiredService<HybridCache>()));
    }

    [Fact]
    public async Task SerializerOfThePolicy_WritesWhatNobodyElseDoes()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddPolicy("packed", policy => policy.Cache("remote").Serializer(CacheSerializers.MessagePack)),
            services => services.AddHybridCache());
        fixture.Remote.Log = new FakeLog();

        await Named(fixture, "packed").SetAsync("key", new Poco { Text = "a" }, cancellationToken: Ct);

        Assert.Contains("msgpack/", System.Text.Encoding.UTF8.GetString(fixture.Remote.Find("cacheme:hybrid/packed:key:").Bytes.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no cache")]
    [InlineData("cannot tell other processes")]
    [InlineData("has the name of a node or of another policy")]
    [InlineData("raise MaxKeyLength")]
    public void Start_ChainThatCannotServe_IsASetupError(string fault)
    {
        var fixture = new CacheFixture(cacheme => Misconfigure(cacheme, fault));

        var error = Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.Contains("'hybrid'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_WhoseConfigureThrows_FailsAtTheStart()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<ItemNode>(_ => throw new InvalidDataException("Wrong.")));

        Assert.Throws<InvalidDataException>(() => fixture.Cacheme);
    }

    private static void Misconfigure(CachemeBuilder cacheme, string fault) => _ = fault switch
    {
        "no cache" => cacheme.AddHybridCache(_ => { }),
        "cannot tell other processes" => cacheme.AddHybridCache(policy => policy.Cache("local").Cache("remote")),
        "raise MaxKeyLength" => cacheme.AddHybridCache(policy => policy.Cache("local")).MaxKeyLength(50),
        _ => cacheme.AddHybridCache(policy => policy.Cache("local")).AddHybridCache(policy => policy.Cache("local")),
    };

    private static CacheFixture Nodes(CacheFixture? sharing = null)
    {
        var fixture = new CacheFixture(
            cacheme => cacheme
                .AddNode<ItemNode>(policy => policy.Name("item").Version("v7").Cache("local", TimeSpan.FromMinutes(1)).Cache("remote"))
                .AddNode<StructNode, Item>(),
            services => services.AddSingleton<Source>(),
            sharing);
        fixture.Remote.Log ??= new FakeLog();
        return fixture;
    }

    private static HybridCache Named(CacheFixture fixture, string name) => fixture.Services.GetRequiredKeyedService<HybridCache>(name);

    private static async Task<TimeSpan> LifeAsync(CacheFixture fixture, HybridCache cache)
    {
        var life = TimeSpan.Zero;
        await cache.SetAsync("life", 1, cancellationToken: Ct);
        while (await cache.GetOrCreateAsync("life", _ => new ValueTask<int>(2), cancellationToken: Ct) == 1)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            life += TimeSpan.FromSeconds(1);
        }

        return life;
    }

    private static void AddMicrosofts(IServiceCollection services)
    {
        services.AddHybridCache(options => options.MaximumKeyLength = 5);
        services.AddKeyedHybridCache("products", options => options.MaximumKeyLength = 8);
    }
}
