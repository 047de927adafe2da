using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A write that the storage holds open while its key is invalidated.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class OrderSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invalidate_AWriteIsHeldOpen_TheWriteDoesNotComeBack(bool untilBothGaveUp)
    {
        using var host = await StartHostAsync();
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        var node = new TextNode("held");
        await cacheme.SetAsync(node, "before", Token);

        await Backend.Frozen.BeginAsync([]);
        Task removal;
        try
        {
            var write = cacheme.SetAsync(node, "old", Token).AsTask();
            removal = cacheme.InvalidateAsync(node, Token).AsTask();
            if (untilBothGaveUp)
            {
                await write;
                await Record.ExceptionAsync(() => removal);
            }
        }
        finally
        {
            await Backend.Frozen.MendAsync();
        }

        var failure = await Record.ExceptionAsync(() => removal);
        Assert.True(failure is null or InvalidationException, failure?.ToString());
        Assert.False((await cacheme.TryGetAsync(node, Token)).Found);

        // What could not be removed then is removed now, for other processes too.
        await Eventually.HoldsAsync(async () => !(await GetAsync("host:held:v1")).Exists);
        Assert.Equal("new", await cacheme.GetAsync(node, _ => new ValueTask<string?>("new"), Token));
    }
}
