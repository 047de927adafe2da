using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

public sealed class CachemeHybridCacheDropInTests : HybridCacheDropInContract
{
    [Fact]
    public async Task Factory_ThrowsAtOnce_TheTaskFails()
    {
        await using var host = await StartAsync();

        var call = host.Cache.GetOrCreateAsync<int>("key", _ => throw new InvalidDataException(), cancellationToken: Ct);
        var bad = host.Cache.GetOrCreateAsync<int>("", _ => throw new InvalidDataException(), cancellationToken: Ct);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await call);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await bad);
    }

    [Fact]
    public async Task Set_TokenHasFired_Throws()
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await host.Cache.SetAsync("key", 1, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Tags_OfWhatTheSecondTierHas_AreThoseItWasStoredWith()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", new Poco { Text = "old" }, tags: ["stored"], cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();
        await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "new" }), tags: ["asked"], cancellationToken: Ct);
        await other.SettleAsync();

        await other.Cache.RemoveByTagAsync("stored", Ct);

        Assert.Equal("new", (await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "new" }), tags: ["asked"], cancellationToken: Ct)).Text);
    }

    private protected override async Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null) => await CachemeHost.StartAsync(more);
}
