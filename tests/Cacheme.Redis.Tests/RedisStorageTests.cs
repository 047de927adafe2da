using System.Text;
using Cacheme.Storage;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>What the storage leaves in Redis, and what it makes of what others left there.</summary>
public sealed class RedisStorageTests(RedisFixture fixture) : IClassFixture<RedisFixture>, IAsyncDisposable
{
    private readonly RedisStorage _storage = TestStorage.Of(fixture.Server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData(250)]
    [InlineData(90_500)]
    public async Task SetAsync_TimeToLive_IsSetInMilliseconds(int life)
    {
        const long Gone = -2;
        long before, end, after;
        do
        {
            before = await MillisecondsAsync();
            await _storage.SetAsync("ttl", "value", TimeSpan.FromMilliseconds(life), Cancel);
            end = (long)await fixture.Database.ExecuteAsync("PEXPIRETIME", "ttl");
            after = await MillisecondsAsync();
        }
        while (end == Gone && after >= before + life); // The machine was so busy that it has expired already.

        Assert.InRange(end, before + life, after + life);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(TimeSpan.TicksPerMillisecond - 1)]
    [InlineData(0)]
    [InlineData(-TimeSpan.TicksPerDay)]
    public async Task SetAsync_TimeToLiveUnderAMillisecond_ExpiresAtOnce(long ticks)
    {
        await _storage.SetAsync("short", "value", TimeSpan.FromTicks(ticks), Cancel);

        await Eventually.HoldsAsync(async () => !(await _storage.GetAsync("short", Cancel)).Exists);
    }

    [Fact]
    public async Task SetAsync_LongestTimeToLive_IsKept()
    {
        await _storage.SetAsync("long", "value", TimeSpan.MaxValue - TimeSpan.FromMilliseconds(1), Cancel);

        Assert.True((await _storage.GetAsync("long", Cancel)).Exists);
    }

    [Fact]
    public async Task SetAsync_NoTimeToLive_NeverExpires()
    {
        await _storage.SetAsync("forever", "value", TimeSpan.FromMinutes(1), Cancel);

        await _storage.SetAsync("forever", "value", timeToLive: null, Cancel);

        Assert.Equal(-1, (long)await fixture.Database.ExecuteAsync("PTTL", "forever"));
    }

    [Fact]
    public async Task SetAsync_KeyTwiceInOneBatch_LaterWins()
    {
        var writes = Enumerable.Range(0, 200).Select(i => new StorageWrite("twice", BitConverter.GetBytes(i), null)).ToArray();

        await _storage.SetAsync(writes, Cancel);

        Assert.Equal(199, BitConverter.ToInt32((await _storage.GetAsync("twice", Cancel)).Bytes.Span));
    }

    [Fact]
    public async Task SetAsync_EmptyValue_ExistsInServer()
    {
        await _storage.SetAsync([new StorageWrite("empty", default, null)], Cancel);

        Assert.True(await fixture.Database.KeyExistsAsync("empty"));
        Assert.True((await _storage.GetAsync("empty", Cancel)).Exists);
        Assert.Equal([true, false], (await _storage.GetAsync(["empty", "absent"], Cancel)).Select(value => value.Exists));
    }

    [Fact]
    public async Task SetAsync_KeyOfManyKinds_IsUtf8InServer()
    {
        const string Key = "shop:{tag}:\u00e9\u4e2d\ud83d\ude00 \r\n\0:v1";
        await _storage.SetAsync(Key, "value", null, Cancel);

        Assert.Equal("value", (await fixture.Database.StringGetAsync(Encoding.UTF8.GetBytes(Key))).ToString());
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task GetAsync_ValueThatLooksLikeANumber_ReadsItsBytes(string text)
    {
        await _storage.SetAsync("number", text, null, Cancel);

        Assert.Equal(text, (await _storage.GetAsync("number", Cancel)).Text());
        Assert.Equal([text, text], (await _storage.GetAsync(["number", "number"], Cancel)).Select(value => value.Text()));
    }

    [Fact]
    public async Task GetAsync_AnotherTypeUnderTheKey_IsAbsent()
    {
        await fixture.Database.ListLeftPushAsync("list", "item");

        Assert.False((await _storage.GetAsync("list", Cancel)).Exists);
        Assert.All(await _storage.GetAsync(["list", "list"], Cancel), value => Assert.False(value.Exists));
    }

    [Fact]
    public async Task SetAsync_AnotherTypeUnderTheKey_ReplacesIt()
    {
        await fixture.Database.ListLeftPushAsync("replaced", "item");

        await _storage.SetAsync("replaced", "value", null, Cancel);

        Assert.Equal("value", (await _storage.GetAsync("replaced", Cancel)).Text());
    }

    [Fact]
    public async Task SetAsync_OneWriteRefused_Throws()
    {
        var maxMemory = fixture.Observer.GetServer(fixture.Server.EndPoint);
        await maxMemory.ConfigSetAsync("maxmemory", "1");
        try
        {
            await Assert.ThrowsAsync<RedisServerException>(() => _storage.SetAsync("refused", "value", null, Cancel).AsTask());
        }
        finally
        {
            await maxMemory.ConfigSetAsync("maxmemory", "0");
        }
    }

    [Fact]
    public async Task GetAsync_Database_IsTheOneAskedFor()
    {
        await using var other = TestStorage.Of(fixture.Server, options => options.Database = 3);
        await other.SetAsync("where", "three", null, Cancel);

        Assert.False((await _storage.GetAsync("where", Cancel)).Exists);
        Assert.True(await fixture.Observer.GetDatabase(3).KeyExistsAsync("where"));
    }

    [Fact]
    public async Task GetAsync_TokenAlreadyCancelled_SendsNothing()
    {
        await _storage.ConnectAsync(Cancel);
        await fixture.ForgetCommandsAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _storage.GetAsync(["k"], new CancellationToken(canceled: true)).AsTask());

        Assert.DoesNotContain("get", (await fixture.CountCommandsAsync()).Keys);
    }

    /// <summary>The server's clock, in milliseconds since 1970.</summary>
    private async Task<long> MillisecondsAsync()
    {
        var secondsAndMicroseconds = (long[]?)await fixture.Database.ExecuteAsync("TIME") ?? [];
        return (secondsAndMicroseconds[0] * 1_000) + (secondsAndMicroseconds[1] / 1_000);
    }
}
