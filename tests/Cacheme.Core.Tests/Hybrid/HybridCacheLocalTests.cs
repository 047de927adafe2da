using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>What is in memory stays there.</summary>
public sealed class HybridCacheLocalTests
{
    private static readonly HybridCacheEntryOptions InMemory = new() { Flags = HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableUnderlyingData };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_IsInMemoryAfterOthersWereTold()
    {
        await using var host = await CachemeHost.StartAsync();

        await host.Cache.SetAsync("key", 1, cancellationToken: Ct);
        var atOnce = await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), InMemory, cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal((1, 1), (atOnce, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), InMemory, cancellationToken: Ct)));
    }

    [Fact]
    public async Task Lookup_PastTheMemory_LeavesItThere()
    {
        await using var host = await CachemeHost.StartAsync();
        await host.Cache.SetAsync("key", 1, cancellationToken: Ct);
        await host.SettleAsync();

        await host.Cache.GetOrCreateAsync(
            "key", _ => new ValueTask<int>(2), new() { Flags = HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableUnderlyingData }, cancellationToken: Ct);

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), InMemory, cancellationToken: Ct));
    }

    [Fact]
    public async Task Lookup_FromTheSecondTier_BringsItNearer()
    {
        await using var host = await CachemeHost.StartAsync();
        await host.Cache.SetAsync("key", 1, new() { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }, cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData }, cancellationToken: Ct));

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), InMemory, cancellationToken: Ct));
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None)]
    [InlineData(HybridCacheEntryFlags.DisableUnderlyingData)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite | HybridCacheEntryFlags.DisableUnderlyingData)]
    public async Task Found_InTheSecondTier_IsBroughtNearer(HybridCacheEntryFlags flags)
    {
        await using var host = await CachemeHost.StartAsync();
        await host.Cache.SetAsync("key", 1, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal(1, await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), new() { Flags = flags }, cancellationToken: Ct));

        Assert.Equal(1, await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<int>(2), InMemory, cancellationToken: Ct));
    }

}
