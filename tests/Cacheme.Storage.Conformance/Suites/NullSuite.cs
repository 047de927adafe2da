using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Absent, empty and null are three things.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class NullSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Fact]
    public async Task TryGet_AbsentEmptyAndNull_AreThree()
    {
        using var host = await StartHostAsync();
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        await cacheme.SetAsync(new TextNode("null"), null, Token);
        await cacheme.SetAsync(new TextNode("empty"), "", Token);

        var (absent, empty, nothing) = (
            await cacheme.TryGetAsync(new TextNode("absent"), Token),
            await cacheme.TryGetAsync(new TextNode("empty"), Token),
            await cacheme.TryGetAsync(new TextNode("null"), Token));

        Assert.False(absent.Found);
        Assert.True(empty.Found);
        Assert.Equal("", empty.Value);
        Assert.True(nothing.Found);
        Assert.Null(nothing.Value);
    }
}
