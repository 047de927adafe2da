using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.AspNetCore.Tests.OutputCaching;

/// <summary>Output caching in memory, and what its middleware does not show.</summary>
public sealed class OutputCacheStoreTests : OutputCacheContract
{
    private readonly FakeTimeProvider _time = new();

    protected override void AddStore(IServiceCollection services) =>
        services.AddSingleton<TimeProvider>(_time).AddCacheme(cacheme => cacheme.AddLocal("local", 100).AddOutputCacheStore("local"));

    [Fact]
    public async Task Get_AfterItsTime_IsMadeAnew()
    {
        await App.GetAsync("/tagged");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("#1", await App.GetAsync("/tagged"));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("#2", await App.GetAsync("/tagged"));
    }

    [Fact]
    public async Task Stats_AreThoseOfTheRequests()
    {
        await App.GetAsync("/plain");
        await App.GetAsync("/plain");
        await App.GetAsync("/plain?q=b");

        var stats = App.Services.GetRequiredService<ICacheme>().Stats("output");
        Assert.Equal((1, 2, 2), (stats.HitCount, stats.MissCount, stats.SetCount));
        Assert.Equal(0, stats.LoadCount);
    }

    [Fact]
    public async Task Set_FromBuffersThatAreUsedAgain_KeepsWhatWasThere()
    {
        var store = (IOutputCacheBufferStore)App.Store;
        byte[] bytes = [1, 2, 3, 4];
        string[] tags = ["a"];
        await store.SetAsync("key", new ReadOnlySequence<byte>(bytes, 1, 2), tags, TimeSpan.FromMinutes(1), Token);
        Array.Clear(bytes);
        tags[0] = "b";

        await App.Store.EvictByTagAsync("b", Token);
        Assert.Equal([2, 3], await App.Store.GetAsync("key", Token));
        await App.Store.EvictByTagAsync("a", Token);
        Assert.Null(await App.Store.GetAsync("key", Token));
    }

    [Fact]
    public async Task TryGet_WritesIntoThePipe()
    {
        var store = (IOutputCacheBufferStore)App.Store;
        await App.Store.SetAsync("key", [1, 2], [], TimeSpan.FromMinutes(1), Token);
        var pipe = new Pipe();

        Assert.False(await store.TryGetAsync("nothing", pipe.Writer, Token));
        Assert.True(await store.TryGetAsync("key", pipe.Writer, Token));

        await pipe.Writer.CompleteAsync();
        Assert.Equal([1, 2], (await pipe.Reader.ReadAsync(Token)).Buffer.ToArray());
    }

    [Fact]
    public async Task Set_ClientHasLeft_StoresNothing()
    {
        var left = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => App.Store.SetAsync("key", [1], [], TimeSpan.FromMinutes(1), left).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ((IOutputCacheBufferStore)App.Store).SetAsync("key", new ReadOnlySequence<byte>([1]), default, TimeSpan.FromMinutes(1), left).AsTask());

        Assert.Null(await App.Store.GetAsync("key", Token));
    }

    [Theory]
    [InlineData(" ", 1)]
    [InlineData("tag", 129)]
    public async Task Set_BlankOrTooManyTags_IsRefused(string tag, int count)
    {
        string[] tags = [.. Enumerable.Range(0, count).Select(number => count == 1 ? tag : tag + number)];

        await Assert.ThrowsAsync<ArgumentException>(() => App.Store.SetAsync("key", [1], tags, TimeSpan.FromMinutes(1), Token).AsTask());

        Assert.Null(await App.Store.GetAsync("key", Token));
    }

    [Fact]
    public async Task Add_OutputCachingIsAddedBefore_ItsStoreIsReplaced()
    {
        await using var app = await OutputCachedApp.StartAsync(services => services.AddOutputCache(), AddStore);

        Assert.StartsWith("Cacheme.", app.Store.GetType().FullName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_StorageThatCannotTellOfRemovals_IsRefusedWhenTheHostStarts()
    {
        var refused = await Assert.ThrowsAsync<CachemeSetupException>(() => OutputCachedApp.StartAsync(services =>
            services.AddCacheme(cacheme => cacheme.AddStorage("remote", _ => new Testing.GatedStorage()).AddOutputCacheStore("remote"))));

        Assert.Contains("'output'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'remote'", refused.Message, StringComparison.Ordinal);
    }
}
