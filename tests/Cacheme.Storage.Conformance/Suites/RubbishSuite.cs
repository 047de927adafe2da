using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>What somebody else wrote under our keys is a miss, and no error.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class RubbishSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(70_000)]
    public async Task Get_RubbishIsThere_LoadsAndReplacesIt(int size)
    {
        using var host = await StartHostAsync();
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        var node = new TextNode("rubbish");
        await cacheme.SetAsync(node, "before", Token);
        var rubbish = new byte[size];
        new Random(size).NextBytes(rubbish);
        await Backend.OverwriteAsync([KeyValuePair.Create(Key("host:rubbish:v1"), rubbish)]);

        Assert.Equal("loaded", await cacheme.GetAsync(node, _ => new ValueTask<string?>("loaded"), Token));

        // The caller is not kept waiting for the write, and not every storage orders a read behind it.
        await Eventually.HoldsAsync(async () => (await cacheme.TryGetAsync(node, Token)).Value == "loaded");
    }

    [Fact]
    public async Task Get_AnEntryOfAnotherKeyIsThere_IsAMiss()
    {
        using var host = await StartHostAsync();
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        await cacheme.SetAsync(new TextNode("one"), "of one", Token);
        var entry = Bytes(await GetAsync("host:one:v1"));
        await SetAsync("host:other:v1", entry);

        Assert.False((await cacheme.TryGetAsync(new TextNode("other"), Token)).Found);
        Assert.Equal("of one", (await cacheme.TryGetAsync(new TextNode("one"), Token)).Value);
    }

    [Fact]
    public async Task Get_HalfAnEntryIsThere_IsAMiss()
    {
        using var host = await StartHostAsync();
        var cacheme = host.Services.GetRequiredService<ICacheme>();
        await cacheme.SetAsync(new TextNode("half"), "a text of some length", Token);
        var entry = Bytes(await GetAsync("host:half:v1"));
        await SetAsync("host:half:v1", entry[..(entry.Length / 2)]);

        Assert.False((await cacheme.TryGetAsync(new TextNode("half"), Token)).Found);
    }
}
