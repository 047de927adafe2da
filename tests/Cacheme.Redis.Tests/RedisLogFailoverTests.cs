using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Listeners whose master goes without a word: killed, and hanging.</summary>
public sealed class RedisLogFailoverTests(ImpatientClusterFixture fixture) : IClassFixture<ImpatientClusterFixture>, IAsyncLifetime
{
    private const string Name = "{victim}:log";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Wakes _wakes = new();
    private readonly RedisStorage _storage = fixture.Open();
    private readonly RedisStorage _other = fixture.Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _storage.ConnectAsync(Cancel);
        await _other.ConnectAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        await _other.DisposeAsync();
        await fixture.Cluster.WaitUntilWholeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Listen_MasterIsKilledOrHangs_IsToldByItsHeirBeforeItIsBack(bool killed)
    {
        var log = _storage.OpenInvalidationLog(Name, 1_000);
        var other = _other.OpenInvalidationLog(Name, 1_000);
        await using var listening = log.Listen(_wakes.Add);
        await _wakes.OverAsync(0);
        await other.AppendAsync(new byte[] { 1 }, Cancel);
        var victim = await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(Name));
        var heir = await fixture.Cluster.ReplicaOfAsync(victim);

        Action end = killed ? victim.Stop : victim.Pause;
        end();
        await fixture.Cluster.WaitUntilMasterAsync(heir);

        // The bus looks at the log each second, and that shows where it is. How long it takes is for the storage's own tests.
        await Eventually.HoldsAsync(async () => await AnswersAsync(log) & await AnswersAsync(other));
        var answered = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(async () => await ListenersAsync(heir) == 1);

        Assert.InRange(TimeProvider.System.GetElapsedTime(answered), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        var before = await _wakes.SettledAsync();
        await other.AppendAsync(new byte[] { 2 }, Cancel);
        await _wakes.OverAsync(before);

        if (killed)
        {
            await victim.RestartAsync();
        }
        else
        {
            victim.Resume();
        }

        await fixture.Cluster.WaitUntilWholeAsync();
        before = await _wakes.SettledAsync();
        await other.AppendAsync(new byte[] { 3 }, Cancel);
        await _wakes.OverAsync(before);
    }

    // Before a node was reached nobody knows that there are slots, and that the channel is one of a slot.
    [Fact]
    public async Task Listen_ClusterIsDownAtFirst_IsToldWhenItIsUp()
    {
        Array.ForEach([.. fixture.Cluster.Nodes], node => node.Stop());
        await using var late = fixture.Open();
        await using var listening = late.OpenInvalidationLog(Name, 1_000).Listen(_wakes.Add);
        await Assert.ThrowsAnyAsync<RedisException>(() => late.ConnectAsync(Cancel).AsTask());
        foreach (var node in fixture.Cluster.Nodes)
        {
            await node.RestartAsync();
        }

        await fixture.Cluster.WaitUntilWholeAsync();
        var other = _other.OpenInvalidationLog(Name, 1_000);
        await Eventually.HoldsAsync(() => AnswersAsync(other));
        await Eventually.HoldsAsync(async () => await ListenersAsync(await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(Name))) == 1);

        var before = await _wakes.SettledAsync();
        await other.AppendAsync(new byte[] { 1 }, Cancel);
        await _wakes.OverAsync(before);
    }

    private async Task<int> ListenersAsync(RedisServer node) =>
        (int)(await fixture.Observer.GetServer(node.EndPoint).ExecuteAsync("PUBSUB", "SHARDNUMSUB", Name))[1];

    /// <summary>Whether a read goes well, in the time that a storage has.</summary>
    private static async Task<bool> AnswersAsync(IInvalidationLog log)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        try
        {
            await log.ReadLastAsync(patience.Token).AsTask().OrLeaveAsync(patience.Token);
            return true;
        }
        catch (Exception failure) when (failure is RedisException or OperationCanceledException)
        {
            return false;
        }
    }
}
