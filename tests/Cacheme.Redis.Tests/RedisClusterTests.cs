using System.Text;
using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>A cluster whose slots stay where they are.</summary>
public sealed class RedisClusterTests(RedisClusterFixture fixture) : IClassFixture<RedisClusterFixture>, IAsyncLifetime
{
    private RedisStorage? _storage;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RedisStorage Storage => _storage ?? throw new InvalidOperationException("It is opened by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        _storage = fixture.Open();
        await _storage.ConnectAsync(Cancel);
    }

    public ValueTask DisposeAsync() => Storage.DisposeAsync();

    [Fact]
    public async Task GetAsync_ThousandKeysOfAllMasters_AnswersInOrder()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => $"key:{i}")];
        await Storage.SetAsync([.. keys.Select((key, i) => new StorageWrite(key, BitConverter.GetBytes(i), null))], Cancel);

        var values = await Storage.GetAsync([.. keys, "absent", .. keys], Cancel);

        Assert.Equal([.. Enumerable.Range(0, 1_000), -1, .. Enumerable.Range(0, 1_000)], values.Select(Number));
    }

    [Fact]
    public async Task GetAsync_ThousandKeysOfAllMasters_AreAllSentBeforeAnAnswerComes()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => $"wave:{i}")];
        await Storage.GetAsync(keys, Cancel);

        // Whoever waits for one node before asking the next would not have asked those behind the first.
        await fixture.ForgetCommandsAsync();
        var slow = await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(keys[0]));
        slow.Pause();
        var reading = Storage.GetAsync(keys, Cancel).AsTask();
        var others = fixture.Cluster.Nodes.Where(node => node != slow).Select(node => fixture.Observer.GetServer(node.EndPoint));
        await Eventually.HoldsAsync(async () => await RedisClusterFixture.CountAsync("mget", others) > 500);
        Assert.False(reading.IsCompleted);
        slow.Resume();

        Assert.Equal(1_000, (await reading).Count);
        await fixture.Cluster.WaitUntilWholeAsync();
    }

    [Fact]
    public async Task GetAsync_KeysOfOneSlot_IsOneMGet()
    {
        await fixture.ForgetCommandsAsync();

        await Storage.GetAsync([.. Enumerable.Range(0, 50).Select(i => $"{{tag}}:{i}")], Cancel);

        Assert.Equal(1, await fixture.CountAsync("mget"));
    }

    [Fact]
    public void BatchesReads_Cluster_No() => Assert.False(Storage.BatchesReads);

    [Fact]
    public async Task GetAsync_KeysOfSeveralSlotsAndTheDriverKnowsOfNoCluster_AreRead()
    {
        // All with one master, so that the driver, which knows no other, need not go to one.
        var master = await fixture.Cluster.MasterOfAsync(0);
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"unknown:{i}").Where(key => fixture.Observer.HashSlot(key) < RedisCluster.Slots / 4).Take(20)];
        await Storage.SetAsync([.. keys.Select((key, i) => new StorageWrite(key, BitConverter.GetBytes(i), null))], Cancel);
        var blind = ConfigurationOptions.Parse(master.EndPoint);
        blind.CommandMap = CommandMap.Create(["CLUSTER", "INFO"], available: false);
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(blind);
        await using var storage = RedisStorage.Over(() => multiplexer, database: null);

        var values = await storage.GetAsync(keys, Cancel);

        Assert.Equal(Enumerable.Range(0, keys.Length), values.Select(Number));
    }

    [Fact]
    public async Task RemoveAsync_ThousandKeysOfAllMasters_RemovesAll()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(i => $"removed:{i}")];
        await Storage.SetAsync([.. keys.Select(key => new StorageWrite(key, new byte[1], null))], Cancel);

        await Storage.RemoveAsync(keys, Cancel);

        Assert.DoesNotContain(await Storage.GetAsync(keys, Cancel), value => value.Exists);
    }

    [Fact]
    public async Task Keys_WithBraces_AreKeptAsTheyAreAndStayApart()
    {
        string[] keys = ["{tag}", "{tag}a", "{tag}b", "tag", "x{tag}", "{}", "{}tag", "{}{tag}", "{", "}", "}{", "{{tag}}", "{tag}{gat}", "{\u00e9}", "{\u00e9}\u4e2d", "{unclosed", "a{b}c{d}e"];
        await Storage.SetAsync([.. keys.Select(key => new StorageWrite(key, Encoding.UTF8.GetBytes(key), null))], Cancel);

        Assert.Equal(keys, (await Storage.GetAsync(keys, Cancel)).Select(value => value.Text()));
        foreach (var key in keys)
        {
            Assert.Equal(key, (await Storage.GetAsync(key, Cancel)).Text());
            Assert.Equal(key, (await fixture.Database.StringGetAsync(Encoding.UTF8.GetBytes(key))).ToString());
        }

        await Storage.RemoveAsync([.. keys[1..]], Cancel);

        Assert.Equal([true, .. keys[1..].Select(_ => false)], (await Storage.GetAsync(keys, Cancel)).Select(value => value.Exists));
    }

    [Fact]
    public async Task GetAsync_LargeValuesOfSeveralSlots_AreRead()
    {
        string[] keys = ["large:1", "large:2", "large:3", "large:4"];
        byte[][] values = [.. keys.Select((_, i) => Enumerable.Repeat((byte)(i + 1), 16 * 1024 * 1024).ToArray())];

        await Storage.SetAsync([.. keys.Select((key, i) => new StorageWrite(key, values[i], null))], Cancel);
        var read = await Storage.GetAsync(keys, Cancel);

        Assert.All(values, (value, i) => Assert.True(value.AsSpan().SequenceEqual(read[i].Bytes.Span)));
        await Storage.RemoveAsync(keys, Cancel);
    }

    [Fact]
    public async Task DisposeAsync_AfterUse_LeavesNoConnection()
    {
        var before = await CountClientsAsync();
        for (var i = 0; i < 5; i++)
        {
            await using var storage = fixture.Open();
            await storage.GetAsync([.. Enumerable.Range(0, 100).Select(key => $"{key}")], Cancel);
            Assert.True(await CountClientsAsync() > before);
        }

        await Eventually.HoldsAsync(async () => await CountClientsAsync() <= before);
    }

    private static int Number(StoredValue value) => value.Exists ? BitConverter.ToInt32(value.Bytes.Span) : -1;

    private async Task<int> CountClientsAsync() =>
        (await Task.WhenAll(fixture.Observer.GetServers().Select(server => server.ClientListAsync()))).Sum(clients => clients.Length);
}
