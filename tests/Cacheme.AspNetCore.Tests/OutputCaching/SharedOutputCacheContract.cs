namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>The same, where another process uses the same storage.</summary>
public abstract class SharedOutputCacheContract : OutputCacheContract
{
    [Fact]
    public async Task Get_AnotherProcessHasStoredIt_IsThat()
    {
        await App.GetAsync("/tagged");
        await using var other = await OutputCachedApp.StartAsync(AddStore);

        Assert.Equal("#1", await other.GetAsync("/tagged"));
        Assert.Equal(0, other.Runs.Count);
    }

    [Fact]
    public async Task Evict_ByTag_HoldsInAnotherProcessToo()
    {
        await using var other = await OutputCachedApp.StartAsync(AddStore);
        Assert.Equal("#1", await App.GetAsync("/tagged"));
        Assert.Equal("#1", await other.GetAsync("/tagged"));

        await App.Store.EvictByTagAsync("products", Token);

        Assert.Equal("#2", await App.GetAsync("/tagged"));
        await Cacheme.Testing.Eventually.HoldsAsync(async () => await other.GetAsync("/tagged") != "#1");
    }
}
