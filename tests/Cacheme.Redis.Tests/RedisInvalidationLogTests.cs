using System.Globalization;
using System.Text;
using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>The log on one server. What every storage's log does is tried by the conformance suite.</summary>
public sealed class RedisInvalidationLogTests(RedisFixture fixture) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Kept = 1_000;

    private readonly string _name = $"log:{Guid.NewGuid():N}";
    private readonly RedisStorage _storage = TestStorage.Of(fixture.Server);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IInvalidationLog Log => _storage.OpenInvalidationLog(_name, Kept);

    public ValueTask InitializeAsync() => _storage.ConnectAsync(Cancel);

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Append_IsAStreamUnderTheNameAndAMessageOnTheChannelOfThatName()
    {
        var queue = await fixture.Observer.GetSubscriber().SubscribeAsync(RedisChannel.Literal(_name));
        await fixture.ForgetCommandsAsync();

        await Log.AppendAsync(Text("said"), Cancel);

        var heard = await queue.ReadAsync(Cancel);
        Assert.True(heard.Message.IsNullOrEmpty);
        Assert.Equal("said", Assert.Single(await fixture.Database.StreamRangeAsync(_name))["record"]);
        var commands = await fixture.CountCommandsAsync();
        Assert.Equal((1, 1), (commands["xadd"], commands["publish"]));
    }

    [Fact]
    public async Task Append_ByManyConnectionsWhileOneReadsOn_HeReadsEachOnceAndInOrder()
    {
        const int Writers = 6;
        const int EachAppends = 300;
        RedisStorage[] storages = [.. Enumerable.Range(0, Writers).Select(_ => TestStorage.Of(fixture.Server))];
        var follower = new LogFollower(_storage.OpenInvalidationLog(_name, Writers * EachAppends));
        var said = new List<string>[Writers];

        var writing = Task.WhenAll(storages.Select((storage, writer) => Task.Run(async () =>
        {
            var log = storage.OpenInvalidationLog(_name, Writers * EachAppends);
            said[writer] = [];
            for (var i = 0; i < EachAppends; i++)
            {
                var text = $"{writer}:{i}";
                var number = await log.AppendAsync(Text(text), Cancel);
                said[writer].Add($"{number} {text}");
            }
        })));
        while (!writing.IsCompleted)
        {
            await follower.CatchUpAsync(Cancel);
        }

        await writing;
        await follower.CatchUpAsync(Cancel);

        Assert.Equal(0, follower.Losses);
        var read = follower.Read.Select((record, i) => $"{record.Sequence} {follower.Texts.ElementAt(i)}").ToList();
        Assert.Equal(said.SelectMany(each => each).Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
        var numbers = follower.Read.Select(record => record.Sequence);
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.All(said, each => Assert.Equal(each, read.Where(each.Contains)));
        foreach (var storage in storages)
        {
            await storage.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(10, 16)]
    [InlineData(1_000, 16)]
    [InlineData(1_000, 5_000)]
    public async Task Append_MoreThanItKeeps_NeverLeavesFewer(int records, int length)
    {
        var log = _storage.OpenInvalidationLog(_name, records);
        for (var i = 0; i < 4 * records; i += 100)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => log.AppendAsync(new byte[length], Cancel).AsTask()));
            Assert.True(await fixture.Database.StreamLengthAsync(_name) >= Math.Min(i + 100, records));
        }

        // Whole blocks of the stream go, of a hundred records unless the server is told otherwise.
        Assert.InRange(await fixture.Database.StreamLengthAsync(_name), records, records + 100);
    }

    [Fact]
    public async Task Read_WhatSomebodyElsePutIntoTheStream_HasNoBytes()
    {
        await Log.AppendAsync(Text("first"), Cancel);
        await fixture.Database.StreamAddAsync(_name, "something", "else");
        await fixture.Database.StreamAddAsync(_name, [new("record", "with"), new("more", "fields")]);
        await Log.AppendAsync(Text("last"), Cancel);

        var follower = new LogFollower(Log);
        await follower.CatchUpAsync(Cancel);

        Assert.Equal(["first", "", "with", "last"], follower.Texts);
    }

    [Fact]
    public async Task Log_KeyOfAnotherType_SaysWhichAndWhatToDo()
    {
        await fixture.Database.StringSetAsync(_name, "text");
        Func<Task>[] asked =
        [
            () => Log.AppendAsync(Text("record"), Cancel).AsTask(),
            () => Log.ReadAsync(0, 1, Cancel).AsTask(),
            () => Log.ReadLastAsync(Cancel).AsTask(),
        ];

        foreach (var ask in asked)
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(ask);
            Assert.Contains($"'{_name}'", failure.Message, StringComparison.Ordinal);
            Assert.Contains("remove it", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("99999999999999-0")]
    [InlineData("99999999999-1048576")]
    public async Task Read_IdThatHasNoNumber_SaysWhichKeyAndWhatToDo(string id)
    {
        await fixture.Database.StreamAddAsync(_name, "record", "x", id);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Log.ReadLastAsync(Cancel).AsTask());

        Assert.Contains($"'{_name}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Remove the key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AfterTheDataWasLost_FindsTheOldRecordGoneAndHigherNumbers()
    {
        await using var server = await RedisServer.StartAsync();
        await using var observer = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await using var storage = TestStorage.Eager(server);
        var log = storage.OpenInvalidationLog(_name, Kept);
        var follower = new LogFollower(log);
        await log.AppendAsync(Text("before"), Cancel);
        await follower.CatchUpAsync(Cancel);
        var before = follower.Read[^1];

        await observer.GetServer(server.EndPoint).FlushAllDatabasesAsync();
        Assert.Null(await log.ReadLastAsync(Cancel));
        var flushed = await log.AppendAsync(Text("flushed"), Cancel);
        await follower.CatchUpAsync(Cancel);
        Assert.Equal(1, follower.Losses);
        Assert.Equal(["flushed"], follower.Texts);

        server.Stop();
        await server.RestartAsync();
        await Eventually.HoldsAsync(async () => await log.ReadLastAsync(Cancel) is null);
        var restarted = await log.AppendAsync(Text("restarted"), Cancel);
        await follower.CatchUpAsync(Cancel);
        Assert.Equal(2, follower.Losses);
        Assert.Equal(["restarted"], follower.Texts);
        Assert.True(before.Sequence < flushed && flushed < restarted);
    }

    // A replica may not have yet what was read, or what wakes the reader.
    [Fact]
    public async Task Read_PrimaryIsGone_IsNotAnsweredByItsReplica()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(arguments: ["--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture)]);
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{primary.EndPoint},{replica.EndPoint}");
        await using var storage = RedisStorage.Over(() => multiplexer, database: null);
        var log = storage.OpenInvalidationLog(_name, Kept);
        await log.AppendAsync(Text("record"), Cancel);
        await Eventually.HoldsAsync(async () => await multiplexer.GetDatabase().StreamLengthAsync(_name, CommandFlags.DemandReplica) == 1);

        primary.Stop();
        await Eventually.HoldsAsync(() => Task.FromResult(!multiplexer.GetServer(primary.EndPoint).IsConnected));

        Assert.Single(await multiplexer.GetDatabase().StreamRangeAsync(_name));
        await Assert.ThrowsAnyAsync<RedisException>(() => log.ReadAsync(0, 1, Cancel).AsTask());
        await Assert.ThrowsAnyAsync<RedisException>(() => log.ReadLastAsync(Cancel).AsTask());
    }

    [Fact]
    public async Task Log_OverTheApplicationsConnection_WorksAndLeavesItOpen()
    {
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{fixture.Server.EndPoint},channelPrefix=app:");
        var wakes = new Wakes();
        var storage = RedisStorage.Over(() => multiplexer, database: 1);
        var log = storage.OpenInvalidationLog(_name, Kept);
        await using (log.Listen(wakes.Add))
        {
            await wakes.OverAsync(0);
            var before = wakes.Count;
            await log.AppendAsync(Text("record"), Cancel);
            await wakes.OverAsync(before);
        }

        await storage.DisposeAsync();

        Assert.True(multiplexer.IsConnected);
        Assert.Equal(1, await multiplexer.GetDatabase(1).StreamLengthAsync(_name));
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
