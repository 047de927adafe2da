using Cacheme.Testing;
using Cacheme.Tests.Storage.DistributedCaches;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>Both providers over the one second tier that an application has.</summary>
public sealed class HybridCacheOverDistributedCacheTests
{
    private const string FullKey = "cacheme:hybrid:key:";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OtherProvider_SameKey_IsAMissForBoth()
    {
        using var shared = new FakeDistributedCache();
        await using var microsofts = new MicrosoftHost(secondTier: shared);
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddDistributedCacheStorage("distributed").AddHybridCache(policy => policy.Cache("distributed")),
            services => services.AddSingleton<IDistributedCache>(shared));
        await fixture.StartAsync();
        var ours = fixture.Services.GetRequiredService<HybridCache>();

        await microsofts.Cache.SetAsync(FullKey, "microsoft's", cancellationToken: Ct);
        Assert.Equal("loaded", await ours.GetOrCreateAsync("key", _ => new ValueTask<string>("loaded"), cancellationToken: Ct));
        await ours.SetAsync("key", "ours", cancellationToken: Ct);
        Assert.Equal("ours", await ours.GetOrCreateAsync<string>("key", _ => throw new InvalidOperationException(), cancellationToken: Ct));

        Assert.NotNull(shared.Find(FullKey));
        await using var other = await microsofts.StartOtherAsync();
        Assert.Equal("loaded", await other.Cache.GetOrCreateAsync(FullKey, _ => new ValueTask<string>("loaded"), cancellationToken: Ct));
    }
}
