using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Xunit;

namespace Cacheme.Testing.Distributed;

/// <summary>What every provider of an IDistributedCache does, as Microsoft's documentation says or its own providers show.</summary>
/// <remarks>Times are rough: a server's clock runs on while a test does its work, and a use may count a minute late.</remarks>
public abstract class DistributedCacheContract
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(17);
    private static readonly TimeSpan Over = TimeSpan.FromMinutes(23);
    private static readonly DistributedCacheEntryOptions None = new();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Texts => ["", " ", "a:b", "K", "ключ/鍵", "\ud800", "line\nbreak", "ends with a space ", new string('k', 3000)];

    [Fact]
    public async Task Get_NothingThere_IsNull()
    {
        await using var host = await StartAsync();

        Assert.Null(host.Cache.Get("key"));
        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Get_AfterASet_IsWhatWasSet(int length)
    {
        await using var host = await StartAsync();
        var value = Bytes(length);

        await host.Cache.SetAsync("async", value, None, Ct);
        host.Cache.Set("sync", value, None);

        Assert.Equal(value, await host.Cache.GetAsync("async", Ct));
        Assert.Equal(value, host.Cache.Get("async"));
        Assert.Equal(value, host.Cache.Get("sync"));
    }

    [Fact]
    public async Task Set_OverAnother_TakesItsPlace()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], For(Span), Ct);
        await host.Cache.SetAsync("key", [2], None, Ct);

        Assert.Equal([2], await host.Cache.GetAsync("key", Ct));
        await host.ElapseAsync(Over);
        Assert.Equal(ForgetsTheFormerEnd, await host.Cache.GetAsync("key", Ct) is [2]);
    }

    [Fact]
    public async Task Remove_WhatIsThereOrNot_IsGone()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("async", [1], None, Ct);
        host.Cache.Set("sync", [1], None);

        await host.Cache.RemoveAsync("async", Ct);
        await host.Cache.RemoveAsync("async", Ct);
        host.Cache.Remove("sync");

        Assert.Null(await host.Cache.GetAsync("async", Ct));
        Assert.Null(await host.Cache.GetAsync("sync", Ct));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Key_AnyText_IsAKeyOfItsOwn(string key)
    {
        await using var host = await StartAsync();

        await host.Cache.SetAsync(key, [1], None, Ct);
        await host.Cache.SetAsync(key + "x", [2], None, Ct);

        Assert.Equal([1], await host.Cache.GetAsync(key, Ct));
        Assert.Equal([2], await host.Cache.GetAsync(key + "x", Ct));
        Assert.Null(await host.Cache.GetAsync(key + "X", Ct));
        await host.Cache.RemoveAsync(key, Ct);
        Assert.Null(await host.Cache.GetAsync(key, Ct));
    }

    [Fact]
    public async Task Arguments_Null_AreRefused()
    {
        await using var host = await StartAsync();
        var cache = host.Cache;

        Assert.Throws<ArgumentNullException>(() => cache.Get(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.GetAsync(null!, Ct));
        Assert.Throws<ArgumentNullException>(() => cache.Set(null!, [1], None));
        Assert.Throws<ArgumentNullException>(() => cache.Set("key", null!, None));
        Assert.Throws<ArgumentNullException>(() => cache.Set("key", [1], null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.SetAsync(null!, [1], None, Ct));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.SetAsync("key", null!, None, Ct));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.SetAsync("key", [1], null!, Ct));
        Assert.Throws<ArgumentNullException>(() => cache.Refresh(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.RefreshAsync(null!, Ct));
        Assert.Throws<ArgumentNullException>(() => cache.Remove(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cache.RemoveAsync(null!, Ct));
    }

    [Fact]
    public async Task Expiration_None_IsForEver()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], None, Ct);

        await host.ElapseAsync(TimeSpan.FromDays(1000));

        Assert.NotNull(await host.Cache.GetAsync("key", Ct));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expiration_Absolute_Ends(bool relative)
    {
        await using var host = await StartAsync();
        var options = relative ? For(Span) : new DistributedCacheEntryOptions { AbsoluteExpiration = host.Now + Span };
        await host.Cache.SetAsync("key", [1], options, Ct);

        await host.ElapseAsync(Most);
        Assert.NotNull(await host.Cache.GetAsync("key", Ct));
        await host.ElapseAsync(Over - Most);
        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Expiration_Absolute_IsNotProlonged()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], For(Span), Ct);

        await host.ElapseAsync(Most);
        await host.Cache.RefreshAsync("key", Ct);
        await host.ElapseAsync(Over - Most);

        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Sliding_NotUsed_Ends()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], Sliding(Span), Ct);

        await host.ElapseAsync(Over);

        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("sync get")]
    [InlineData("refresh")]
    [InlineData("sync refresh")]
    public async Task Sliding_Used_StaysAndEndsAfterTheLastUse(string use)
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], Sliding(Span), Ct);

        for (var i = 0; i < 5; i++)
        {
            await host.ElapseAsync(Most);
            await UseAsync(host.Cache, use);
        }

        await host.ElapseAsync(Most);
        Assert.Equal([1], await host.Cache.GetAsync("key", Ct));
        await host.ElapseAsync(Over);
        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Sliding_UsedTwiceAtOnce_CountsFromTheSecondUse()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], Sliding(Span), Ct);
        await host.Cache.GetAsync("key", Ct);
        await host.ElapseAsync(TimeSpan.FromMinutes(5));
        await host.Cache.GetAsync("key", Ct);

        await host.ElapseAsync(Most);

        Assert.NotNull(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Sliding_WithAnAbsoluteEnd_EndsThereHoweverOftenItIsUsed()
    {
        await using var host = await StartAsync();
        var options = new DistributedCacheEntryOptions { SlidingExpiration = Span, AbsoluteExpirationRelativeToNow = Span + Most };
        await host.Cache.SetAsync("key", [1], options, Ct);

        await host.ElapseAsync(Most);
        Assert.NotNull(await host.Cache.GetAsync("key", Ct));
        await host.ElapseAsync(Most);
        Assert.NotNull(await host.Cache.GetAsync("key", Ct));
        await host.ElapseAsync(Span + Most - (2 * Most) + TimeSpan.FromMinutes(3));
        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Sliding_OverAnAbsoluteEnd_EndsThere()
    {
        await using var host = await StartAsync();
        var options = new DistributedCacheEntryOptions { SlidingExpiration = Span * 2, AbsoluteExpirationRelativeToNow = Span };
        await host.Cache.SetAsync("key", [1], options, Ct);

        await host.ElapseAsync(Over);

        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Expiration_AbsoluteAndFromNow_TheSecondHolds()
    {
        await using var host = await StartAsync();
        var options = new DistributedCacheEntryOptions { AbsoluteExpiration = host.Now + (Span * 10), AbsoluteExpirationRelativeToNow = Span };
        await host.Cache.SetAsync("key", [1], options, Ct);

        await host.ElapseAsync(Over);

        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Refresh_NothingThere_DoesNothing()
    {
        await using var host = await StartAsync();

        await host.Cache.RefreshAsync("key", Ct);
        host.Cache.Refresh("key");

        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Expiration_Passed_IsRefusedOrStoresNothing()
    {
        await using var host = await StartAsync();
        var options = new DistributedCacheEntryOptions { AbsoluteExpiration = host.Now - TimeSpan.FromMinutes(5) };

        var error = await Record.ExceptionAsync(() => host.Cache.SetAsync("key", [1], options, Ct));

        Assert.Equal(RefusesThePast, error is ArgumentOutOfRangeException);
        Assert.Null(await host.Cache.GetAsync("key", Ct));
    }

    [Fact]
    public async Task Value_ChangedByGiverOrGetter_IsNobodyElses()
    {
        await using var host = await StartAsync();
        byte[] given = [1];
        await host.Cache.SetAsync("key", given, None, Ct);

        given[0] = 2;
        var first = await host.Cache.GetAsync("key", Ct);
        first![0] = 3; // Not null: it was set.

        Assert.Equal(CopiesValues, await host.Cache.GetAsync("key", Ct) is [1]);
    }

    [Fact]
    public async Task Value_ChangedByGiverOrGetterWithoutAsync_IsNobodyElses()
    {
        await using var host = await StartAsync();
        byte[] given = [1];
        host.Cache.Set("key", given, None);

        given[0] = 2;
        var first = host.Cache.Get("key");
        first![0] = 3; // Not null: it was set.

        Assert.Equal(CopiesValues, host.Cache.Get("key") is [1]);
    }

    [Fact]
    public async Task Token_HasFired_TheCallIsCancelled()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", [1], None, Ct);
        var fired = new CancellationToken(canceled: true);

        Assert.Equal(HeedsTokens, await Record.ExceptionAsync(() => host.Cache.GetAsync("key", fired)) is OperationCanceledException);
        Assert.Equal(HeedsTokens, await Record.ExceptionAsync(() => host.Cache.SetAsync("key", [1], None, fired)) is OperationCanceledException);
        Assert.Equal(HeedsTokens, await Record.ExceptionAsync(() => host.Cache.RefreshAsync("key", fired)) is OperationCanceledException);
        Assert.Equal(HeedsTokens, await Record.ExceptionAsync(() => host.Cache.RemoveAsync("key", fired)) is OperationCanceledException);
    }

    [Fact]
    public async Task Buffers_AreReadAndWritten()
    {
        await using var host = await StartAsync();
        if (host.Cache is not IBufferDistributedCache cache)
        {
            Assert.False(HasBuffers);
            return;
        }

        var pieces = Pieces(Bytes(3), Bytes(0), Bytes(2000));
        await cache.SetAsync("async", pieces, None, Ct);
        cache.Set("sync", pieces, None);
        cache.Set("empty", ReadOnlySequence<byte>.Empty, None);

        foreach (var key in new[] { "async", "sync" })
        {
            Assert.Equal(pieces.ToArray(), await cache.GetAsync(key, Ct));
            var writer = new ArrayBufferWriter<byte>();
            writer.Write((ReadOnlySpan<byte>)[9]);
            Assert.True(await cache.TryGetAsync(key, writer, Ct));
            Assert.True(cache.TryGet(key, writer));
            Assert.Equal((byte[])[9, .. pieces.ToArray(), .. pieces.ToArray()], writer.WrittenSpan.ToArray());
        }

        var none = new ArrayBufferWriter<byte>();
        Assert.True(cache.TryGet("empty", none));
        Assert.False(cache.TryGet("nothing", none));
        Assert.False(await cache.TryGetAsync("nothing", none, Ct));
        Assert.Equal(0, none.WrittenCount);
    }

    [Fact]
    public async Task Buffers_ReusedByTheGiver_DoNotChangeTheValue()
    {
        await using var host = await StartAsync();
        if (host.Cache is IBufferDistributedCache cache)
        {
            byte[] rented = [1, 2, 3];
            await cache.SetAsync("key", new ReadOnlySequence<byte>(rented), None, Ct);
            rented.AsSpan().Clear();

            Assert.Equal([1, 2, 3], await cache.GetAsync("key", Ct));
        }
    }

    [Fact]
    public async Task ManyAtOnce_GetWhatTheySet()
    {
        await using var host = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            await host.Cache.SetAsync($"key {i}", [(byte)i], Sliding(Span), Ct);
            Assert.Equal(new[] { (byte)i }, await host.Cache.GetAsync($"key {i}", Ct));
        })));
    }

    /// <summary>Starts a host with an empty cache.</summary>
    protected abstract Task<DistributedHost> StartAsync();

    /// <summary>Whether an absolute expiration that has passed is an <see cref="ArgumentOutOfRangeException"/>; if not, nothing is stored.</summary>
    protected virtual bool RefusesThePast => true;

    /// <summary>Whether a value without an end, in the place of one that has an end, has none.</summary>
    protected virtual bool ForgetsTheFormerEnd => true;

    /// <summary>Whether giver and getters have arrays of their own.</summary>
    protected virtual bool CopiesValues => true;

    /// <summary>Whether a token that has fired cancels a call.</summary>
    protected virtual bool HeedsTokens => true;

    /// <summary>Whether it is an <see cref="IBufferDistributedCache"/>.</summary>
    protected virtual bool HasBuffers => true;

    private protected static DistributedCacheEntryOptions For(TimeSpan span) => new() { AbsoluteExpirationRelativeToNow = span };

    private protected static DistributedCacheEntryOptions Sliding(TimeSpan span) => new() { SlidingExpiration = span };

    private static async Task UseAsync(IDistributedCache cache, string use)
    {
        switch (use)
        {
            case "get":
                Assert.NotNull(await cache.GetAsync("key", Ct));
                break;
            case "sync get":
                Assert.NotNull(cache.Get("key"));
                break;
            case "refresh":
                await cache.RefreshAsync("key", Ct);
                break;
            default:
                cache.Refresh("key");
                break;
        }
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Pieces(params byte[][] pieces)
    {
        var first = new Piece(pieces[0], 0);
        var last = pieces.Skip(1).Aggregate(first, static (before, bytes) => before.Append(bytes));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
