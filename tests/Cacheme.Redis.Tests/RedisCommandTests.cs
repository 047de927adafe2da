using Cacheme.Storage;

namespace Cacheme.Redis.Tests;

/// <summary>How many commands the server runs for one call.</summary>
public sealed class RedisCommandTests(RedisFixture fixture) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly RedisStorage _storage = TestStorage.Of(fixture.Server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _storage.ConnectAsync(Cancel);
        await fixture.ForgetCommandsAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task GetAsync_OneKey_IsOneGet()
    {
        await _storage.GetAsync(["k"], Cancel);

        await AssertRanAsync("get", 1);
        await AssertRanAsync("mget", 0);
    }

    [Fact]
    public async Task GetAsync_ManyKeys_IsOneMGet()
    {
        await _storage.GetAsync(Keys(20), Cancel);

        await AssertRanAsync("mget", 1);
        await AssertRanAsync("get", 0);
    }

    [Fact]
    public async Task GetAsync_MoreKeysThanACommandTakes_IsAFewMGetsInOrder()
    {
        var keys = Keys((2 * RedisKeyBatch.MaxKeys) + 1);
        await _storage.SetAsync([.. keys.Select((key, i) => new StorageWrite(key, BitConverter.GetBytes(i), null))], Cancel);

        var values = await _storage.GetAsync(keys, Cancel);

        Assert.Equal(Enumerable.Range(0, keys.Length), values.Select(value => BitConverter.ToInt32(value.Bytes.Span)));
        await AssertRanAsync("mget", 3);
    }

    [Fact]
    public async Task SetAsync_ManyWrites_IsOneCommandEach()
    {
        TimeSpan?[] lives = [null, TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(90_001)];

        await _storage.SetAsync([.. Keys(30).Select((key, i) => new StorageWrite(key, new byte[8], lives[i % 3]))], Cancel);

        await AssertRanAsync("set", 10);
        await AssertRanAsync("setex", 10);
        await AssertRanAsync("psetex", 10);
    }

    [Fact]
    public async Task SetAsync_KeyTwiceInOneBatch_SendsTheLaterOneOnly()
    {
        await _storage.SetAsync([.. Enumerable.Range(0, 20).Select(i => new StorageWrite($"key:{i % 2}", BitConverter.GetBytes(i), null))], Cancel);

        await AssertRanAsync("set", 2);
        Assert.Equal([18, 19], (await _storage.GetAsync(Keys(2), Cancel)).Select(value => BitConverter.ToInt32(value.Bytes.Span)));
    }

    [Fact]
    public async Task RemoveAsync_ManyKeys_IsOneUnlink()
    {
        await _storage.RemoveAsync(Keys(20), Cancel);

        await AssertRanAsync("unlink", 1);
    }

    private static string[] Keys(int count) => [.. Enumerable.Range(0, count).Select(i => $"key:{i}")];

    private async Task AssertRanAsync(string command, int times) =>
        Assert.Equal(times, (await fixture.CountCommandsAsync()).GetValueOrDefault(command));
}
