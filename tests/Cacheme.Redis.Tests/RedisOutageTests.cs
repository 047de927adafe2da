using Cacheme.Servers;
using Cacheme.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>Servers that are down, come up, go away and do not answer.</summary>
public sealed class RedisOutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_ServerDown_ThrowsAndSaysWhy()
    {
        await using var server = RedisServer.Stopped();
        await using var storage = TestStorage.Eager(server);

        var failure = await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());

        // On a busy machine the driver may answer before its first attempt has been refused; then it has no better reason yet.
        Assert.Matches("refused|No connection is active", failure.Message);
    }

    [Fact]
    public async Task Operations_ServerDown_ThrowAtOnce()
    {
        await using var server = RedisServer.Stopped();
        await using var storage = TestStorage.Eager(server);
        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());

        // With a backlog each of these would wait for the driver's timeout of five seconds, one after the other.
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<RedisConnectionException>(() => storage.GetAsync(["k"], Cancel).AsTask());
            await Assert.ThrowsAsync<RedisConnectionException>(() => storage.SetAsync("k", "value", null, Cancel).AsTask());
            await Assert.ThrowsAsync<RedisConnectionException>(() => storage.RemoveAsync(["k"], Cancel).AsTask());
        }

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task GetAsync_ServerComesUpLater_Works()
    {
        await using var server = RedisServer.Stopped();
        await using var storage = TestStorage.Eager(server);
        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());

        await server.RestartAsync();

        await Eventually.HoldsAsync(() => AnswersAsync(storage));
    }

    [Fact]
    public async Task BatchesReads_ServerDown_NotBeforeItIsKnownToBeNoCluster()
    {
        await using var server = RedisServer.Stopped();
        await using var storage = TestStorage.Eager(server);
        Assert.False(storage.BatchesReads);
        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.ConnectAsync(Cancel).AsTask());
        Assert.False(storage.BatchesReads);

        await server.RestartAsync();

        await Eventually.HoldsAsync(() => AnswersAsync(storage));
        Assert.True(storage.BatchesReads);
        server.Stop();
        Assert.True(storage.BatchesReads);
    }

    [Fact]
    public async Task GetAsync_ServerGoesAndComesBack_ThrowsThenWorks()
    {
        await using var server = await RedisServer.StartAsync();
        await using var storage = TestStorage.Eager(server);
        await storage.SetAsync("k", "value", null, Cancel);

        server.Stop();
        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.GetAsync(["k"], Cancel).AsTask());
        await server.RestartAsync();

        await Eventually.HoldsAsync(() => AnswersAsync(storage));
        Assert.False((await storage.GetAsync("k", Cancel)).Exists);
    }

    [Fact]
    public async Task GetAsync_ServerHangsAndGoesOn_IsGivenUpAndTakenBackWithoutALeak()
    {
        await using var server = await RedisServer.StartAsync();
        await using var observer = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await using var storage = TestStorage.Eager(server, timeout: 300);
        await storage.SetAsync("k", "value", null, Cancel);
        var clients = (await observer.GetServer(server.EndPoint).ClientListAsync()).Length;

        server.Pause();
        await Eventually.HoldsAsync(() => FailsAtOnceAsync(storage));
        server.Resume();

        await Eventually.HoldsAsync(() => AnswersAsync(storage));
        Assert.Equal("value", (await storage.GetAsync("k", Cancel)).Text());
        await Eventually.HoldsAsync(async () => (await observer.GetServer(server.EndPoint).ClientListAsync()).Length <= clients);
    }

    [Fact]
    public async Task SetAsync_ServerDown_IsNotSentAfterTheOutage()
    {
        await using var server = await RedisServer.StartAsync();
        await using var storage = TestStorage.Eager(server);
        await storage.ConnectAsync(Cancel);
        server.Stop();
        await Assert.ThrowsAsync<RedisConnectionException>(() => storage.SetAsync("k", "old", null, Cancel).AsTask());

        await server.RestartAsync();
        await Eventually.HoldsAsync(() => AnswersAsync(storage));

        Assert.False((await storage.GetAsync("k", Cancel)).Exists);
    }

    [Fact]
    public async Task DisposeAsync_ServerPaused_DoesNotWaitForIt()
    {
        await using var server = await RedisServer.StartAsync();
        var storage = TestStorage.Of(server);
        await storage.ConnectAsync(Cancel);
        server.Pause();
        await LeaveAsync(token => storage.GetAsync(["k"], token).AsTask());

        var disposal = storage.DisposeAsync().AsTask();

        await disposal.WaitAsync(TimeSpan.FromSeconds(4), Cancel);
    }

    [Fact]
    public async Task DisposeAsync_ServerPausedBeforeTheFirstUse_DoesNotWaitForIt()
    {
        await using var server = await RedisServer.StartAsync();
        server.Pause();
        var storage = TestStorage.Of(server, options => options.ConnectTimeout = TimeSpan.FromSeconds(15));
        await LeaveAsync(token => storage.GetAsync(["k"], token).AsTask());

        var disposal = storage.DisposeAsync().AsTask();

        await disposal.WaitAsync(TimeSpan.FromSeconds(4), Cancel);
    }

    /// <summary>Whether there is no connection to wait on any more. A wait that the driver gives up is none.</summary>
    private static async Task<bool> FailsAtOnceAsync(RedisStorage storage)
    {
        try
        {
            await storage.GetAsync(["any"], Cancel);
            return false;
        }
        catch (RedisTimeoutException)
        {
            return false;
        }
        catch (RedisConnectionException)
        {
            return true;
        }
    }

    private static async Task<bool> AnswersAsync(RedisStorage storage)
    {
        try
        {
            await storage.GetAsync(["any"], Cancel);
            return true;
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    private static async Task LeaveAsync(Func<CancellationToken, Task> operation)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = operation(cancellation.Token);
        Assert.False(waiting.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrLeaveAsync(cancellation.Token));
    }
}
