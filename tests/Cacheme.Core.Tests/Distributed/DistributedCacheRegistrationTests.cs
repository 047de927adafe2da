using Cacheme.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cacheme.Tests.Distributed;

/// <summary>AddDistributedCache among other registrations, and the IDistributedCaches of policies and nodes.</summary>
public sealed class DistributedCacheRegistrationTests
{
    private static readonly DistributedCacheEntryOptions None = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddDistributedCache_IsGivenOnceAndTakesBuffers()
    {
        await using var fixture = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local", "remote"));

        var cache = fixture.Services.GetRequiredService<IDistributedCache>();

        Assert.IsAssignableFrom<IBufferDistributedCache>(cache);
        Assert.Same(cache, fixture.Services.GetRequiredService<IDistributedCache>());
        Assert.Same(cache, fixture.Services.GetRequiredKeyedService<IDistributedCache>("distributed"));
        Assert.Equal(["local", "remote"], fixture.Cacheme.Nodes.Single().Tiers.Select(static tier => tier.Storage));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddDistributedCache_AmongOthers_TheLastIsGiven(bool oursIsLast)
    {
        var services = new ServiceCollection();
        var other = Other();
        if (oursIsLast)
        {
            services.AddSingleton<IDistributedCache>(other);
        }

        services.AddCacheme(static cacheme => cacheme.AddLocal("local", 10).AddDistributedCache("local"));
        if (!oursIsLast)
        {
            services.AddSingleton<IDistributedCache>(other);
        }

        services.AddDistributedMemoryCache();
        await using var provider = services.BuildServiceProvider();

        Assert.Equal(!oursIsLast, provider.GetRequiredService<IDistributedCache>() == other);
    }

    [Fact]
    public void AddDistributedCache_OverItself_IsASetupError()
    {
        var fixture = new CacheFixture(static cacheme => cacheme.AddDistributedCacheStorage("theirs").AddDistributedCache("theirs"));

        var error = Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);

        Assert.Contains("Cacheme's own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddDistributedCache_OverAKeyedOneOfTheApplications_KeepsItsValuesThere()
    {
        var other = Other();
        await using var fixture = new CacheFixture(
            static cacheme => cacheme.AddDistributedCacheStorage("theirs", "other").AddDistributedCache("theirs"), services => services.AddKeyedSingleton<IDistributedCache>("other", other));
        var cache = fixture.Services.GetRequiredService<IDistributedCache>();

        await cache.SetAsync("key", [1], None, Ct);

        Assert.Equal([1], await cache.GetAsync("key", Ct));
        Assert.NotNull(await other.GetAsync("cacheme:distributed:key:", Ct));
    }

    [Theory]
    [InlineData("nowhere", "is not registered")]
    [InlineData(null, "has no cache")]
    public void AddDistributedCache_WrongChain_IsASetupError(string? storage, string fault)
    {
        var fixture = new CacheFixture(cacheme => cacheme.AddDistributedCache(storage is null ? [] : [storage]));

        var error = Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddDistributedCache_Twice_IsASetupError()
    {
        var fixture = new CacheFixture(static cacheme => cacheme.AddDistributedCache("local").AddDistributedCache("remote"));

        Assert.Contains("'distributed'", Assert.Throws<CachemeSetupException>(() => fixture.Cacheme).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prefix_TooLongForAHash_IsASetupErrorAtTheStart()
    {
        var fixture = new CacheFixture(static cacheme => cacheme.MaxKeyLength(80).AddDistributedCache("local"));

        Assert.Contains("MaxKeyLength", Assert.Throws<CachemeSetupException>(() => fixture.Cacheme).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keyed_OfPoliciesAndNodes_HaveTheirPolicyTheirStatisticsAndKeysOfTheirOwn()
    {
        await using var fixture = new CacheFixture(static cacheme => cacheme
            .AddPolicy("products", static policy => policy.Cache("remote", TimeSpan.FromMinutes(1)).Version("v2"))
            .AddPolicy("a:b%", static policy => policy.Cache("remote"))
            .AddNode<TextNode>(static policy => policy.Name("text").Cache("local").Cache("remote").Version("v1"))
            .AddDistributedCache("remote"));

        foreach (var (name, value) in new[] { ("products", 1), ("a:b%", 2), ("text", 3), ("distributed", 4) })
        {
            await Named(fixture, name).SetAsync("key", [(byte)value], None, Ct);
        }

        await fixture.Cacheme.SetAsync(new TextNode("key"), "node", Ct);

        Assert.Equal([1], await Named(fixture, "products").GetAsync("key", Ct));
        Assert.Equal([2], await Named(fixture, "a:b%").GetAsync("key", Ct));
        Assert.Equal([3], await Named(fixture, "text").GetAsync("key", Ct));
        Assert.Equal([4], await fixture.Services.GetRequiredService<IDistributedCache>().GetAsync("key", Ct));
        Assert.Equal("node", await fixture.Cacheme.GetAsync(new TextNode("key"), Ct));
        Assert.Equal(1, fixture.Cacheme.Stats("products").HitCount);
        Assert.Equal(1, fixture.Cacheme.Stats("text").HitsByStorage["local"] - 1);
        Assert.Equal(
            ["cacheme:distributed/a%3Ab%25:key:", "cacheme:distributed/products:key:v2", "cacheme:distributed/text:key:v1", "cacheme:distributed:key:", "cacheme:key:v1"],
            fixture.Remote.Keys.Order(StringComparer.Ordinal));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await Named(fixture, "products").GetAsync("key", Ct));
        Assert.Null(fixture.Services.GetKeyedService<IDistributedCache>("nobody"));
    }

    [Fact]
    public void Keyed_AnotherIsRegisteredAfterwards_IsASetupError()
    {
        var fixture = new CacheFixture(
            static cacheme => cacheme.AddPolicy("products", static policy => policy.Cache("local")), static services => services.AddKeyedSingleton<IDistributedCache>("products", Other()));

        var error = Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);

        Assert.Contains("IDistributedCache 'products' is registered after", error.Message, StringComparison.Ordinal);
    }

    private static IDistributedCache Named(CacheFixture fixture, string name) => fixture.Services.GetRequiredKeyedService<IDistributedCache>(name);

    private static MemoryDistributedCache Other() => new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
}
