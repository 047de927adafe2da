using System.Globalization;
using System.Text;
using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>The log on a cluster whose slots get another master, as planned.</summary>
public sealed class RedisClusterLogTests(RedisClusterFixture fixture) : IClassFixture<RedisClusterFixture>, IAsyncLifetime
{
    private const int Kept = 5_000;

    private readonly string _name = $"log:{Guid.NewGuid():N}";
    private readonly Wakes _wakes = new();
    private readonly RedisStorage _storage = fixture.Open();
    private readonly RedisStorage _other = fixture.Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IInvalidationLog Log => _storage.OpenInvalidationLog(_name, Kept);

    private IInvalidationLog Other => _other.OpenInvalidationLog(_name, Kept);

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

    [Fact]
    public async Task Listen_OnACluster_IsToldByAMessageToTheNodesOfTheSlotOnly()
    {
        await using var listening = Log.Listen(_wakes.Add);
        await ListensAtAsync(await MasterAsync());
        await fixture.ForgetCommandsAsync();

        await AssertToldOnceForEachAsync();

        Assert.Equal(20, await fixture.CountAsync("spublish", await MasterAsync()));
        Assert.Equal(20, await fixture.CountAsync("spublish"));
        Assert.Equal(0, await fixture.CountAsync("publish"));
    }

    [Fact]
    public async Task Listen_SlotMoved_GoesAlongAndIsTold()
    {
        await using var listening = Log.Listen(_wakes.Add);
        for (var round = 0; round < 3; round++)
        {
            await ListensAtAsync(await MasterAsync());
            await Other.AppendAsync(new byte[] { 1 }, Cancel);
            var slot = await fixture.Cluster.SlotOfAsync(_name);
            var heir = await fixture.OtherMasterAsync(slot);

            await fixture.Cluster.MoveAsync(slot, heir);

            await ListensAtAsync(heir);
        }

        await AssertToldOnceForEachAsync();
    }

    [Fact]
    public async Task Listen_SlotsMasterGaveWayToItsReplica_IsToldByEither()
    {
        await using var listening = Log.Listen(_wakes.Add);
        await ListensAtAsync(await MasterAsync());

        // A process that appends listens too, and then the driver sends by the connection on which it does.
        var wakesOfOther = new Wakes();
        await using var otherListening = Other.Listen(wakesOfOther.Add);
        await wakesOfOther.OverAsync(0);
        for (var round = 0; round < 2; round++)
        {
            // The former master passes messages on as a replica.
            await fixture.Cluster.FailOverAsync(await MasterAsync());
            await fixture.Cluster.WaitUntilWholeAsync();
            await Log.ReadLastAsync(Cancel);

            await AssertToldOnceForEachAsync();
        }
    }

    [Fact]
    public async Task Append_ReshardsAndFailoversWhileOneReadsOn_HeReadsEachInOrder()
    {
        const int Writers = 3;
        var follower = new LogFollower(Log);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var said = new List<string>[Writers];
        var appended = 0;
        var unanswered = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            said[writer] = [];
            for (var i = 0; !ending.IsCancellationRequested; i++)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{writer}:{i}");
                if (await TryAppendAsync(text) is not { } number)
                {
                    Interlocked.Increment(ref unanswered);
                    continue;
                }

                said[writer].Add($"{number} {text}");
                Interlocked.Increment(ref appended);
            }
        })));
        var reading = Task.Run(async () =>
        {
            while (!writing.IsCompleted)
            {
                await follower.CatchUpAsync(Cancel);
            }
        }, Cancel);

        var slot = await fixture.Cluster.SlotOfAsync(_name);
        for (var round = 0; round < 3; round++)
        {
            await MoreAsync(20);
            await fixture.Cluster.MoveAsync(slot, await fixture.OtherMasterAsync(slot));
            await MoreAsync(20);
            await fixture.Cluster.FailOverAsync(await MasterAsync());
            await MoreAsync(20);
            await fixture.Cluster.WaitUntilWholeAsync();
        }

        await ending.CancelAsync();
        await writing;
        await reading;
        await follower.CatchUpAsync(Cancel);
        Assert.Equal(0, follower.Losses);
        var read = follower.Read.Select((record, i) => $"{record.Sequence} {Encoding.UTF8.GetString(record.Bytes.Span)}").ToList();
        Assert.Empty(said.SelectMany(each => each).Except(read));
        // Of what a master is sent as it gives up its place the driver may never hear again; the bus appends that once more.
        Assert.InRange(unanswered, 0, 3);
        var numbers = follower.Read.Select(record => record.Sequence);
        Assert.Equal(numbers.Order().Distinct(), numbers);

        async Task<long?> TryAppendAsync(string text)
        {
            try
            {
                return await Other.AppendAsync(Encoding.UTF8.GetBytes(text), Cancel);
            }
            catch (RedisTimeoutException)
            {
                return null;
            }
        }

        async Task MoreAsync(int count)
        {
            var goal = Volatile.Read(ref appended) + count;
            await Eventually.HoldsAsync(() => Task.FromResult(writing.IsCompleted || Volatile.Read(ref appended) >= goal));
        }
    }

    [Fact]
    public async Task Log_KeyOfAnotherType_SaysWhichAndWhatToDo()
    {
        await fixture.Database.StringSetAsync(_name, "text");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Log.AppendAsync(new byte[] { 1 }, Cancel).AsTask());

        Assert.Contains($"'{_name}'", failure.Message, StringComparison.Ordinal);
    }

    private async Task<RedisServer> MasterAsync() => await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(_name));

    private Task ListensAtAsync(RedisServer node) => Eventually.HoldsAsync(async () =>
        (int)(await fixture.Observer.GetServer(node.EndPoint).ExecuteAsync("PUBSUB", "SHARDNUMSUB", _name))[1] == 1);

    private async Task AssertToldOnceForEachAsync()
    {
        var before = await _wakes.SettledAsync();
        for (var i = 0; i < 20; i++)
        {
            await Other.AppendAsync(new byte[] { 1 }, Cancel);
            await _wakes.OverAsync(before + i);
        }

        // Two handlers would be twice as many. Of a change of the connection it may be told besides.
        Assert.InRange(await _wakes.SettledAsync(), before + 20, before + 39);
    }
}
