using Cacheme.Storage;
using Cacheme.Servers;

namespace Cacheme.Redis.Tests;

/// <summary>A server that asks for a password, and who may read it.</summary>
public sealed class RedisPasswordTests
{
    private const string Right = "r1ght-s3cret";
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
}
