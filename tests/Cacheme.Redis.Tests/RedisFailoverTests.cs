using Cacheme.Servers;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Masters of a cluster that go without a word: killed, and hanging.</summary>
public sealed class RedisFailoverTests(ImpatientClusterFixture fixture) : IClassFixture<ImpatientClusterFixture>, IAsyncLifetime
{
    private const string Key = "{victim}";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private RedisStorage? _storage;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RedisStorage Storage => _storage ?? throw new InvalidOperationException("It is opened by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        _storage = fixture.Open();
        await _storage.ConnectAsync(Cancel);
        await _storage.SetAsync(Key, "value", null, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await fixture.Cluster.WaitUntilWholeAsync();
    }

    [Fact]
    public async Task Operations_MasterKilled_FailUntilAReplicaIsElectedAndThenWork()
    {
        var victim = await MasterAsync();
        var heir = await fixture.Cluster.ReplicaOfAsync(victim);
        var clients = await fixture.Observer.GetServer(heir.EndPoint).ClientListAsync();

        victim.Stop();
        await Eventually.HoldsAsync(async () => !await AnswersAsync());
        await fixture.Cluster.WaitUntilMasterAsync(heir);
        var elected = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(AnswersAsync);

        Assert.InRange(TimeProvider.System.GetElapsedTime(elected), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await victim.RestartAsync();
        await fixture.Cluster.WaitUntilWholeAsync();
        await Eventually.HoldsAsync(async () => (await fixture.Observer.GetServer(heir.EndPoint).ClientListAsync()).Length <= clients.Length);
    }

    [Fact]
    public async Task Operations_MasterHangs_GoToItsReplicaBeforeItIsBack()
    {
        var victim = await MasterAsync();
        var heir = await fixture.Cluster.ReplicaOfAsync(victim);

        victim.Pause();
        await fixture.Cluster.WaitUntilMasterAsync(heir);
        var elected = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(AnswersAsync);

        // The driver by itself would hold on to the hanging node for about twenty seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(elected), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        victim.Resume();
        await fixture.Cluster.WaitUntilWholeAsync();
        Assert.True(await AnswersAsync());
    }

    private async Task<RedisServer> MasterAsync() => await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(Key));

    /// <summary>Whether a read and a write of the master's slot go well, in the time that a storage has.</summary>
    private async Task<bool> AnswersAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        try
        {
            await Storage.SetAsync(Key, "value", null, patience.Token).AsTask().OrLeaveAsync(patience.Token);
            var read = Storage.GetAsync(Key, patience.Token);
            await read.OrLeaveAsync(patience.Token);
            return (await read).Exists;
        }
        catch (Exception failure) when (failure is RedisException or OperationCanceledException)
        {
            return false;
        }
    }
}
