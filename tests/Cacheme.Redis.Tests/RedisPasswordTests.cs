using Cacheme.Storage;
using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>A server that asks for a password, and who may read it.</summary>
public sealed class RedisPasswordTests
{
    private const string Right = "r1ght-s3cret";
    private const string Rights = "~k ~*seconds -@all +get +mget +set +setex +psetex +unlink +ping +echo";
    private const string Wrong = "wr0ng-s3cret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_RightPassword_Works()
    {
        await using var server = await RedisServer.StartAsync(Right);
        await using var byText = TestStorage.Of(server);
        await using var byUrl = RedisStorage.Connecting(RedisConfiguration.Parse(StorageUrl.Parse($"redis://:{Right}@{server.EndPoint}/0")));

        await byText.SetAsync("k", "value", null, Cancel);

        Assert.Equal("value", (await byUrl.GetAsync("k", Cancel)).Text());
    }

    [Theory]
    [InlineData(",password=" + Wrong)]
    [InlineData(",user=somebody,password=" + Wrong)]
    [InlineData("")]
    public async Task Operations_WrongPassword_ThrowWithoutShowingIt(string login)
    {
        await using var server = await RedisServer.StartAsync(Right);
        var options = new RedisStorageOptions { ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        await using var storage = RedisStorage.Connecting(RedisConfiguration.Parse(server.EndPoint + login, options));

        var onConnect = await Assert.ThrowsAnyAsync<Exception>(() => storage.ConnectAsync(Cancel).AsTask());
        var onGet = await Assert.ThrowsAnyAsync<Exception>(() => storage.GetAsync(["the-key"], Cancel).AsTask());

        Assert.DoesNotContain(Wrong, $"{onConnect}{onGet}", StringComparison.Ordinal);
        Assert.DoesNotContain("the-key", $"{onConnect}{onGet}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_UserWithTheFewestRights_Work()
    {
        await using var server = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        object[] rule = ["SETUSER", "shop", "on", $">{Right}", .. Rights.Split(' ')];
        await admin.GetDatabase().ExecuteAsync("ACL", rule);
        await using var storage = RedisStorage.Connecting(RedisConfiguration.Parse(StorageUrl.Parse($"redis://shop:{Right}@{server.EndPoint}")));

        await storage.ConnectAsync(Cancel);
        await storage.SetAsync("k", "value", null, Cancel);
        await storage.SetAsync("seconds", "value", TimeSpan.FromMinutes(1), Cancel);
        await storage.SetAsync("milliseconds", "value", TimeSpan.FromMilliseconds(60_001), Cancel);

        Assert.All(await storage.GetAsync(["k", "seconds", "milliseconds"], Cancel), value => Assert.Equal("value", value.Text()));
        await storage.RemoveAsync(["k"], Cancel);
        Assert.False((await storage.GetAsync("k", Cancel)).Exists);
        await Assert.ThrowsAsync<RedisServerException>(() => storage.GetAsync(["foreign"], Cancel).AsTask());
    }
}
