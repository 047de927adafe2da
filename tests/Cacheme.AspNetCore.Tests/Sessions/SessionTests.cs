using System.Net;
using Cacheme.Servers;
using Cacheme.Testing;

namespace Cacheme.AspNetCore.Tests.Sessions;

/// <summary>ASP.NET Core's sessions over Cacheme, on real web servers and a real Redis.</summary>
public sealed class SessionTests(SessionRedis redis) : IClassFixture<SessionRedis>, IAsyncLifetime
{
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("cacheme-keys-");
    private readonly List<SessionServer> _servers = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.IsAvailable)
        {
            await redis.ClearAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _keys.Delete(recursive: true);
    }

    [Fact]
    public async Task Session_OfAVisitor_IsTheSameOnAllServersAndAfterARestart()
    {
        var (one, other) = (await StartAsync("redis"), await StartAsync("redis"));
        using var visitor = new Visitor();
        using var stranger = new Visitor();

        await visitor.PutAsync(one, "apple");
        Assert.Equal("apple;", await visitor.CartAsync(other));
        await visitor.PutAsync(other, "pear");
        Assert.Equal("apple;pear;", await visitor.CartAsync(one));
        Assert.Equal("", await stranger.CartAsync(one));

        Assert.Equal("apple;pear;", await visitor.CartAsync(await StartAsync("redis")));
    }

    [Fact]
    public async Task Session_InMemoryToo_ChangedOnAnotherServer_IsSoonSeen()
    {
        var (one, other) = (await StartAsync("local", "redis"), await StartAsync("local", "redis"));
        using var visitor = new Visitor();
        await visitor.PutAsync(one, "apple");
        Assert.Equal("apple;", await visitor.CartAsync(other));

        await visitor.PutAsync(other, "pear");

        await Eventually.HoldsAsync(async () => await visitor.CartAsync(one) == "apple;pear;");
    }

    [Fact]
    public async Task Session_Used_LivesOn_AndEndsWhenItIsNot()
    {
        var server = await StartAsync("redis");
        using var visitor = new Visitor();
        await visitor.PutAsync(server, "apple");

        await redis.ElapseAsync(TimeSpan.FromMinutes(15));

        // Another server: this one knows by its own clock that it has told Redis just now.
        Assert.Equal("apple;", await visitor.CartAsync(await StartAsync("redis")));
        await redis.ElapseAsync(TimeSpan.FromMinutes(15));
        Assert.Equal("apple;", await visitor.CartAsync(await StartAsync("redis")));
        await redis.ElapseAsync(TimeSpan.FromMinutes(22));
        Assert.Equal("", await visitor.CartAsync(server));
    }

    [Fact]
    public async Task Session_ReadOverAndOver_IsARequestEachAndNoWrite()
    {
        var server = await StartAsync("redis");
        using var visitor = new Visitor();
        await visitor.PutAsync(server, "apple");
        await redis.ForgetCommandsAsync();
        var before = server.Cacheme.Stats("distributed");

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("apple;", await visitor.CartAsync(server));
        }

        var (stats, commands) = (server.Cacheme.Stats("distributed"), await redis.CountCommandsAsync());
        Assert.Equal((10, 10), (stats.HitCount - before.HitCount, stats.RefreshCount - before.RefreshCount));
        Assert.Equal(10, commands.GetValueOrDefault("get") + commands.GetValueOrDefault("mget"));
        Assert.DoesNotContain(commands.Keys, static command => command is "set" or "pexpire" or "eval" or "evalsha");
    }

    [Fact]
    public async Task Session_RedisHangsOnlyWhileItIsRead_IsNotTakenForEmptyAndStoredOver()
    {
        var server = await StartAsync("redis");
        using var visitor = new Visitor();
        await visitor.PutAsync(server, "apple");

        redis.Server.Pause();
        server.BeforeWriting = async () =>
        {
            redis.Server.Resume();
            await redis.Database.PingAsync();
        };
        await visitor.PutAsync(server, "pear");

        Assert.Equal("apple;", await visitor.CartAsync(await StartAsync("redis")));
    }

    private async Task<SessionServer> StartAsync(params string[] storages)
    {
        RedisServer.Require();
        var server = await SessionServer.StartAsync(redis, _keys, storages);
        _servers.Add(server);
        return server;
    }

    private sealed class Visitor : IDisposable
    {
        // The cookie's own rule, one host whatever the port, is that of browsers.
        private readonly HttpClient _client = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() });

        public async Task PutAsync(SessionServer server, string item)
        {
            using var answer = await _client.PostAsync(new Uri(server.Address, $"/cart/{item}"), null, Ct);
            answer.EnsureSuccessStatusCode();
        }

        public Task<string> CartAsync(SessionServer server) => _client.GetStringAsync(new Uri(server.Address, "/cart"), Ct);

        public void Dispose() => _client.Dispose();
    }
}
