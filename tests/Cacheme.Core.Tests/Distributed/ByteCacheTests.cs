using System.Text;
using Cacheme.DependencyInjection;
using Cacheme.Distributed;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Distributed;

public sealed class ByteCacheTests : IAsyncDisposable
{
    private static readonly ByteLife ForEver = new(null);
    private readonly CacheFixture _fixture = new(static cacheme => cacheme
        .AddPolicy("pages", static policy => policy.Cache("local").Cache("remote"))
        .AddPolicy("short", static policy => policy.Cache("local", TimeSpan.FromSeconds(10)).Cache("remote", TimeSpan.FromMinutes(5)))
        .AddPolicy("far", static policy => policy.Cache("remote").MaxPayload(10)));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Get_AfterASet_FindsTheBytesByReferenceInMemory()
    {
        var cache = Cache("pages");
        var bytes = Encoding.UTF8.GetBytes("page");

        await cache.SetAsync("key", bytes, ForEver, [], Ct);

        Assert.True(cache.TryHit("key", out var hit));
        Assert.Equal(bytes.AsMemory(), hit);
        Assert.Equal(["cacheme:output/pages:key:"], _fixture.Remote.Keys);
    }

    [Fact]
    public async Task Get_FromAnotherProcess_FindsTheBytes()
    {
        await Cache("pages").SetAsync("key", Encoding.UTF8.GetBytes("page"), ForEver, [], Ct);
        await using var other = new CacheFixture(static cacheme => cacheme.AddPolicy("pages", static policy => policy.Cache("local").Cache("remote")), sharing: _fixture);
        var cache = CacheOf(other, "pages");

        Assert.False(cache.TryHit("key", out _));
        var found = await cache.GetAsync("key", Ct);

        Assert.Equal("page", Encoding.UTF8.GetString(found.Value.Span));
        Assert.True(cache.TryHit("key", out _));
    }

    [Fact]
    public async Task Get_NothingThere_IsAMiss()
    {
        Assert.False((await Cache("pages").GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Gets_AreRequests()
    {
        var cache = Cache("pages");
        await cache.GetAsync("key", Ct);
        await cache.SetAsync("key", default, ForEver, [], Ct);
        cache.TryHit("key", out _);
        await cache.GetAsync("key", Ct);
        await Cache("far").SetAsync("key", default, ForEver, [], Ct);
        await Cache("far").GetAsync("key", Ct);

        var stats = _fixture.Cacheme.Stats("pages");
        Assert.Equal((3, 1, 2, 1, 0), (stats.RequestCount, stats.MissCount, stats.HitsByStorage["local"], stats.SetCount, stats.LoadCount));
        Assert.Equal(1, _fixture.Cacheme.Stats("far").HitsByStorage["remote"]);
    }

    [Theory]
    [InlineData(5, 4, true, true)]
    [InlineData(5, 5, false, false)]
    [InlineData(60, 10, false, true)]
    [InlineData(60, 60, false, false)]
    public async Task Life_OfTheCall_HoldsInBothTiersAndThePolicysInMemory(int life, int elapsed, bool isInMemory, bool isThere)
    {
        var cache = Cache("short");
        await cache.SetAsync("key", default, new ByteLife(TimeSpan.FromSeconds(life)), [], Ct);

        _fixture.Time.Advance(TimeSpan.FromSeconds(elapsed));

        Assert.Equal(isInMemory, cache.TryHit("key", out _));
        Assert.Equal(isThere, (await cache.GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Life_NotSaid_IsThePolicys()
    {
        var cache = Cache("short");
        await cache.SetAsync("key", default, ForEver, [], Ct);

        _fixture.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.True((await cache.GetAsync("key", Ct)).Found);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await cache.GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Remove_AKey_IsGoneInEveryTier()
    {
        var cache = Cache("pages");
        await cache.SetAsync("key", default, ForEver, [], Ct);

        await cache.RemoveAsync("key", Ct);

        Assert.False((await cache.GetAsync("key", Ct)).Found);
        Assert.Empty(_fixture.Remote.Keys);
    }

    [Fact]
    public async Task RemoveByTag_OneOfItsTags_IsGone()
    {
        await using var fixture = new CacheFixture(static cacheme => cacheme.AddPolicy("pages", static policy => policy.Cache("local")));
        var cache = CacheOf(fixture, "pages", hasTags: true);
        await cache.SetAsync("tagged", default, ForEver, ["a", "b"], Ct);
        await cache.SetAsync("other", default, ForEver, ["c"], Ct);

        await cache.RemoveByTagAsync(["b"], Ct);

        Assert.False((await cache.GetAsync("tagged", Ct)).Found);
        Assert.True((await cache.GetAsync("other", Ct)).Found);
    }

    [Fact]
    public async Task RemoveByTag_OfTheSameTagElsewhere_RemovesNothingHere()
    {
        await using var fixture = new CacheFixture(static cacheme => cacheme.AddPolicy("pages", static policy => policy.Cache("local")).AddPolicy("parts", static policy => policy.Cache("local")));
        var cache = CacheOf(fixture, "pages", hasTags: true);
        await cache.SetAsync("key", default, ForEver, ["a"], Ct);

        await CacheOf(fixture, "parts", hasTags: true).RemoveByTagAsync(["a"], Ct);
        await fixture.Cacheme.InvalidateTagAsync("a", Ct);

        Assert.True((await cache.GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Set_StorageFails_SaysWhichAndIsNotReadFromThere()
    {
        var cache = Cache("far");
        await cache.SetAsync("key", default, ForEver, [], Ct);
        _fixture.Remote.Before = static (operation, _) => operation == "get" ? Task.CompletedTask : Task.FromException(new IOException());

        var error = await Assert.ThrowsAsync<CacheWriteException>(() => cache.SetAsync("key", new byte[1], ForEver, [], Ct).AsTask());

        Assert.Equal(["remote"], error.Storages);
        Assert.IsType<IOException>(error.InnerException);
        Assert.False((await cache.GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Set_TooManyBytes_IsRefused()
    {
        var cache = Cache("far");
        await cache.SetAsync("key", new byte[10], ForEver, [], Ct);

        await Assert.ThrowsAsync<ArgumentException>(() => cache.SetAsync("key", new byte[11], ForEver, [], Ct).AsTask());
        Assert.Equal(10, (await cache.GetAsync("key", Ct)).Value.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\ud800")]
    [InlineData("sha256:a")]
    public async Task Key_AnyText_IsAKey(string key)
    {
        var cache = Cache("far");
        await cache.SetAsync(key, new byte[1], ForEver, [], Ct);
        await cache.SetAsync(key + new string('x', 2000), new byte[2], ForEver, [], Ct);

        Assert.Equal(1, (await cache.GetAsync(key, Ct)).Value.Length);
        Assert.Equal(2, (await cache.GetAsync(key + new string('x', 2000), Ct)).Value.Length);
        Assert.False((await cache.GetAsync(key + "x", Ct)).Found);
    }

    [Fact]
    public async Task Kinds_OfOneName_AreApart()
    {
        await Cache("pages").SetAsync("key", default, ForEver, [], Ct);

        Assert.False((await Host(_fixture).ByteCaches.Of("other", "pages", hasTags: false).GetAsync("key", Ct)).Found);
    }

    [Fact]
    public async Task Remote_Rubbish_IsAMiss()
    {
        _fixture.Remote.Put("cacheme:output/far:key:", [1, 2, 3]);

        Assert.False((await Cache("far").GetAsync("key", Ct)).Found);
    }

    private static CachemeHost Host(CacheFixture fixture) => fixture.Services.GetRequiredService<CachemeHost>();

    private static ByteCache CacheOf(CacheFixture fixture, string name, bool hasTags = false) => Host(fixture).ByteCaches.Of("output", name, hasTags);

    private ByteCache Cache(string name) => CacheOf(_fixture, name);
}
