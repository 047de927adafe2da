using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A write that the storage holds open while its key is invalidated: whatever way both end, the old value is not read again.</summary>
/// <remarks>
/// That the removal waits for the write is shown by the tests of the lanes in Cacheme.Core.Tests. A server that hangs often takes up
/// in order what was sent to it, so that it goes well here without the lanes too; which it does cannot be had for the asking.
/// </remarks>
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
