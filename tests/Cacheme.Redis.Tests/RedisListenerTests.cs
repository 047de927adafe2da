using Cacheme.Servers;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Who is told of records, over servers that go and come and refuse.</summary>
public sealed class RedisListenerTests
{
    private const string Name = "shop:log";
    private const int Kept = 100;
    private const int ChannelRefused = 1;

    private readonly Wakes _wakes = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listen_ServerIsUp_IsToldOnceForEachRecordOfAnother()
    {
        await using var server = await RedisServer.StartAsync();
        await using var storage = TestStorage.Of(server);
        await using var other = TestStorage.Of(server);
        await using var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await ListensAsync(server);

        await AssertToldOnceForEachAsync(other);
    }

    [Fact]
    public async Task Listen_ServerIsDownForManyAttempts_IsToldOnceForEachRecordWhenItIsUp()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = RedisServer.Stopped();
        await using var storage = RedisStorage.Connecting(Eager(server.EndPoint), With(time));
        await using var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<RedisException>(() => storage.GetAsync(["any"], Cancel).AsTask());
        }

        await server.RestartAsync();
        await ListensAsync(server);
        await using var other = TestStorage.Of(server);

        await AssertToldOnceForEachAsync(other);
    }

    [Fact]
    public async Task Listen_FirstConnectionFails_TriesAgainAfterASecond()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = await RedisServer.StartAsync();
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.EndPoint);
        var attempts = 0;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listener = new RedisListener(
            _ =>
            {
                if (Interlocked.Increment(ref attempts) > 1)
                {
                    return new(multiplexer.GetDatabase());
                }

                failed.SetResult();
                throw new TimeoutException("down");
            },
            Name,
            _wakes.Add,
            time,
            new LogRecorder());
        await failed.Task.WaitAsync(Patience.Limit, Cancel);
        Assert.Equal(0, _wakes.Count);

        time.Advance(TimeSpan.FromSeconds(1));

        await _wakes.OverAsync(0);
        await ListensAsync(server);
    }

    [Fact]
    public async Task Listen_ServerWasRestarted_IsToldThatItMayHaveMissedSomethingAndThenOnceForEachRecord()
    {
        await using var server = await RedisServer.StartAsync();
        await using var storage = TestStorage.Eager(server);
        await using var other = TestStorage.Eager(server);
        await using var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        for (var round = 0; round < 3; round++)
        {
            await ListensAsync(server);
            server.Stop();
            await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => storage.GetAsync(["any"], Cancel).AsTask()) is RedisConnectionException);
            var before = _wakes.Count;
            await server.RestartAsync();

            await _wakes.OverAsync(before);
        }

        await ListensAsync(server);
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => other.GetAsync(["any"], Cancel).AsTask()) is null);
        await AssertToldOnceForEachAsync(other);
    }

    [Fact]
    public async Task Listen_ChannelIsNotTheUsers_IsSaidOnceAndAskedForOnceAMinute()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var recorder = new LogRecorder();
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await SetUserAsync(admin, "~shop:*", "resetchannels", "-@all", "+get", "+ping", "+echo", "+xadd", "+xrange", "+xrevrange", "+subscribe", "+publish");
        await using var storage = RedisStorage.Connecting(Eager($"{server.EndPoint},user=shop,password=pw"), With(time, recorder));
        var log = storage.OpenInvalidationLog(Name, Kept);
        await using var listening = log.Listen(_wakes.Add);
        await Eventually.HoldsAsync(() => Task.FromResult(recorder.CountOf(ChannelRefused) == 1));
        Assert.Equal(LogLevel.Warning, recorder.Records.Single(record => record.Event == ChannelRefused).Level);
        var refusals = await RefusalsAsync(admin);

        for (var second = 1; second < 60; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await log.AppendAsync(new byte[] { 1 }, Cancel);
        }

        // Each append's message is one.
        Assert.Equal(59, (await log.ReadAsync(0, 1_000, Cancel)).Count);
        Assert.Equal(refusals + 59, await RefusalsAsync(admin));
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(async () => await RefusalsAsync(admin) == refusals + 60);
        Assert.Equal(1, recorder.CountOf(ChannelRefused));
        await SetUserAsync(admin, "&shop:*");
        Assert.Equal(0, await ListenersAsync(admin));
        time.Advance(TimeSpan.FromMinutes(1));
        await ListensAsync(server);
        await AssertToldOnceForEachAsync(storage);
    }

    [Fact]
    public async Task Listen_ChannelIsGrantedAndTakenAway_HearsOnceItHasConnectedAgainAndSaysEachRefusalOnce()
    {
        var recorder = new LogRecorder();
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await SetUserAsync(admin, "~shop:*", "resetchannels", "+@all");
        await using var storage = RedisStorage.Connecting(Eager($"{server.EndPoint},user=shop,password=pw"), With(TimeProvider.System, recorder));
        await using var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await Eventually.HoldsAsync(() => Task.FromResult(recorder.CountOf(ChannelRefused) == 1));

        await ConnectAgainAsync();
        Assert.Equal(1, recorder.CountOf(ChannelRefused));
        await SetUserAsync(admin, "&shop:*");
        await ConnectAgainAsync();
        await ListensAsync(server);
        await AssertToldOnceForEachAsync(storage);
        await SetUserAsync(admin, "resetchannels");
        await ConnectAgainAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(recorder.CountOf(ChannelRefused) == 2));

        async Task ConnectAgainAsync()
        {
            var before = _wakes.Count;
            await admin.GetDatabase().ExecuteAsync("CLIENT", "KILL", "USER", "shop");
            await _wakes.OverAsync(before);
            await _wakes.SettledAsync();
        }
    }

    [Fact]
    public async Task Listen_UserWithTheFewestRights_IsTold()
    {
        var recorder = new LogRecorder();
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await SetUserAsync(admin, "resetchannels", "~shop:*", "&shop:*", "-@all", "+get", "+ping", "+echo", "+xadd", "+xrange", "+xrevrange", "+publish", "+subscribe", "+unsubscribe");
        await using var storage = RedisStorage.Connecting(Eager($"{server.EndPoint},user=shop,password=pw"), With(TimeProvider.System, recorder));
        var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await ListensAsync(server);

        await AssertToldOnceForEachAsync(storage);

        await listening.DisposeAsync();
        await Eventually.HoldsAsync(async () => await ListenersAsync(admin) == 0);
        Assert.Empty(recorder.Records);
    }

    [Theory]
    [InlineData("$PUBLISH=,$SUBSCRIBE=,$UNSUBSCRIBE=")]
    [InlineData("proxy=Envoyproxy")]
    public async Task Append_ConnectionWithoutChannels_IsAppendedAndTheRefusalIsSaid(string setting)
    {
        await using var server = await RedisServer.StartAsync();
        var configuration = Eager($"{server.EndPoint},{setting}");
        var recorder = new LogRecorder();
        await using var storage = RedisStorage.Connecting(configuration, With(TimeProvider.System, recorder));
        var log = storage.OpenInvalidationLog(Name, Kept);
        await using var listening = log.Listen(_wakes.Add);

        Assert.True(await log.AppendAsync(new byte[] { 1 }, Cancel) > 0);

        Assert.Single(await log.ReadAsync(0, 10, Cancel));
        await Eventually.HoldsAsync(() => Task.FromResult(recorder.CountOf(ChannelRefused) == 1));
    }

    [Fact]
    public async Task Dispose_OverTheApplicationsConnection_LeavesTheChannelAndTheConnectionsEvents()
    {
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await using var storage = RedisStorage.Over(() => admin, database: null);
        await using var first = storage.OpenInvalidationLog(Name, Kept).Listen(() => { });
        var listening = storage.OpenInvalidationLog(Name + 2, Kept).Listen(_wakes.Add);
        await ListensAsync(server);
        await _wakes.OverAsync(0);

        await listening.DisposeAsync();

        await Eventually.HoldsAsync(async () => await admin.GetServer(server.EndPoint).SubscriptionSubscriberCountAsync(RedisChannel.Literal(Name + 2)) == 0);
        var before = _wakes.Count;
        server.Stop();
        await server.RestartAsync();
        await ListensAsync(server);
        Assert.Equal(before, _wakes.Count);
    }

    [Fact]
    public async Task Dispose_ServerHangs_DoesNotWaitForIt()
    {
        await using var server = await RedisServer.StartAsync();
        await using var storage = TestStorage.Of(server);
        var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await ListensAsync(server);
        server.Pause();

        await listening.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), Cancel);
    }

    [Fact]
    public async Task Dispose_WhileItSubscribesAtAServerThatHangs_DoesNotWaitForIt()
    {
        await using var server = await RedisServer.StartAsync();
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.EndPoint);
        await using var storage = RedisStorage.Over(() => multiplexer, database: null);
        await Eventually.HoldsAsync(() => Task.FromResult(multiplexer.GetCounters().Subscription.TotalOutstanding == 0));
        server.Pause();
        var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await Eventually.HoldsAsync(() => Task.FromResult(multiplexer.GetCounters().Subscription.TotalOutstanding > 0));

        await listening.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), Cancel);
    }

    [Fact]
    public async Task Dispose_AfterTheApplicationsConnection_DoesNotFail()
    {
        await using var server = await RedisServer.StartAsync();
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.EndPoint);
        await using var storage = RedisStorage.Over(() => multiplexer, database: null);
        var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await ListensAsync(server);

        await multiplexer.DisposeAsync();

        await listening.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_WhileItConnectsToAServerThatHangs_DoesNotWaitForIt()
    {
        await using var server = await RedisServer.StartAsync();
        server.Pause();
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var configuration = Eager(server.EndPoint);
        configuration.ConnectTimeout = 10_000;
        await using var storage = RedisStorage.Over(
            () =>
            {
                connecting.SetResult();
                return ConnectionMultiplexer.Connect(configuration);
            },
            database: null);
        var listening = storage.OpenInvalidationLog(Name, Kept).Listen(_wakes.Add);
        await connecting.Task.WaitAsync(Patience.Limit, Cancel);

        await listening.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), Cancel);
    }

    private async Task AssertToldOnceForEachAsync(RedisStorage other)
    {
        var log = other.OpenInvalidationLog(Name, Kept);
        await log.AppendAsync(new byte[] { 0 }, Cancel);
        await _wakes.OverAsync(0);
        var before = await _wakes.SettledAsync();
        for (var i = 1; i <= 20; i++)
        {
            await log.AppendAsync(new byte[] { 1 }, Cancel);
            await _wakes.OverAsync(before + i - 1);
        }

        // Two handlers would be twice as many. Of a change of the connection it may be told besides.
        Assert.InRange(await _wakes.SettledAsync(), before + 20, before + 39);
    }

    private static async Task ListensAsync(RedisServer server)
    {
        await using var observer = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await Eventually.HoldsAsync(async () => await ListenersAsync(observer) == 1);
    }

    private static Task<long> ListenersAsync(ConnectionMultiplexer observer) =>
        observer.GetServers().Single().SubscriptionSubscriberCountAsync(RedisChannel.Literal(Name));

    private static async Task<long> RefusalsAsync(ConnectionMultiplexer admin)
    {
        var entries = (RedisResult[])(await admin.GetDatabase().ExecuteAsync("ACL", "LOG"))!; // Not null: it answers a list.
        return entries.Select(entry => entry.ToDictionary()).Where(entry => (string?)entry["object"] == Name).Sum(entry => (long)entry["count"]);
    }

    private static Task<RedisResult> SetUserAsync(ConnectionMultiplexer admin, params string[] rules) =>
        admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "shop", "on", ">pw", .. rules]);

    private static ConfigurationOptions Eager(string text)
    {
        var configuration = RedisConfiguration.Parse(text, new RedisStorageOptions { ConnectTimeout = TimeSpan.FromMilliseconds(500) });
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        configuration.ReconnectRetryPolicy = new LinearRetry(100);
        return configuration;
    }

    private static ServiceProvider With(TimeProvider time, LogRecorder? recorder = null)
    {
        var services = new ServiceCollection().AddSingleton(time);
        return (recorder is null ? services : services.AddLogging(logging => logging.AddProvider(recorder))).BuildServiceProvider();
    }
}
