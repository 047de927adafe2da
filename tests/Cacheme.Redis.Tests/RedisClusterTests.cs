using Cacheme.Storage;

namespace Cacheme.Redis.Tests;

/// <summary>A cluster of one node, which refuses a command whose keys are in different slots as every cluster does.</summary>
public sealed class RedisClusterTests(RedisClusterFixture fixture) : IClassFixture<RedisClusterFixture>, IAsyncDisposable
{
    private readonly RedisStorage _storage = TestStorage.Of(fixture.Server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task GetAsync_KeysOfManySlots_AnswersInOrder()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"key:{i}")];
        await _storage.SetAsync([.. keys.Select((key, i) => new StorageWrite(key, BitConverter.GetBytes(i), null))], Cancel);

        var values = await _storage.GetAsync([.. keys, "absent", .. keys], Cancel);

        Assert.Equal([.. Enumerable.Range(0, 50), -1, .. Enumerable.Range(0, 50)], values.Select(Number));
    }

    [Fact]
    public async Task GetAsync_KeysOfOneSlot_IsOneMGet()
    {
        await _storage.ConnectAsync(Cancel);
        await fixture.ForgetCommandsAsync();

        await _storage.GetAsync([.. Enumerable.Range(0, 50).Select(i => $"{{tag}}:{i}")], Cancel);

        Assert.Equal(1, (await fixture.CountCommandsAsync())["mget"]);
    }

    [Fact]
    public async Task RemoveAsync_KeysOfManySlots_RemovesAll()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"removed:{i}")];
        await _storage.SetAsync([.. keys.Select(key => new StorageWrite(key, new byte[1], null))], Cancel);

        await _storage.RemoveAsync(keys, Cancel);

        Assert.All(await _storage.GetAsync(keys, Cancel), value => Assert.False(value.Exists));
    }

    private static int Number(StoredValue value) => value.Exists ? BitConverter.ToInt32(value.Bytes.Span) : -1;
}
