using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Redis.Tests.DependencyInjection;

/// <summary>Redis through AddCacheme, as an application has it: said by method, by address and in appsettings.</summary>
public sealed class CachemeHostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("method")]
    [InlineData("address")]
    [InlineData("appsettings")]
    [InlineData("connection")]
    public async Task Get_AfterARestartOfTheHost_IsServedFromRedis(string way)
    {
        // Said here, since a storage's exception while it connects is a logged miss and no more.
        RedisServer.Require();
        using (var host = await StartAsync(way))
        {
            Assert.Equal("first", await GetAsync(host, "first"));
            await host.StopAsync(Token);
        }

        using var restarted = await StartAsync(way);

        Assert.Equal("first", await GetAsync(restarted, "not loaded"));
        var stats = restarted.Services.GetRequiredService<ICacheme>().Stats("words");
        Assert.Equal((1, 0, 0), (stats.HitsByStorage["redis"], stats.MissCount, stats.LoadCount));
        Assert.True(await redis.Database.KeyExistsAsync($"{way}:word:v1"));
    }

    [Theory]
    [InlineData("localhost:6379,nonsense=1,password=hunter2")]
    [InlineData("")]
    public Task Start_TextThatDoesNotRead_NamesTheStorage(string text) => Refused(cacheme => cacheme.AddRedis("far", text));

    [Theory]
    [InlineData("redis://:hunter2@localhost:6379/first")]
    [InlineData("redis://localhost:6379?nonsense=1")]
    public Task Start_AddressThatDoesNotFit_NamesTheStorage(string address) => Refused(cacheme => cacheme.AddStorage("far", address));

    [Fact]
    public async Task Start_ServerDown_StartsAndAnswersByLoads()
    {
        await using var stopped = RedisServer.Stopped();
        using var host = Build("down", cacheme => cacheme.AddRedis("redis", $"{stopped.EndPoint},connectTimeout=200"));

        await host.StartAsync(Token);

        Assert.Equal("loaded", await GetAsync(host, "loaded"));
    }

    private async Task<IHost> StartAsync(string way)
    {
        var host = way switch
        {
            "method" => Build(way, cacheme => cacheme.AddRedis("redis", redis.Server.EndPoint)),
            "address" => Build(way, cacheme => cacheme.AddStorage("redis", $"redis://{redis.Server.EndPoint}")),
            "connection" => Build(way, cacheme => cacheme.AddRedis("redis", _ => redis.Observer)),
            _ => Build(way, _ => { }, ("Cacheme:Storages:redis", $"redis://{redis.Server.EndPoint}")),
        };
        await host.StartAsync(Token);
        return host;
    }

    private static IHost Build(string prefix, Action<CachemeBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        builder.Services.AddCacheme(cacheme => configure(
            cacheme.Prefix(prefix).AddNode<WordNode>(policy => policy.Name("words").Version("v1").Cache("redis", ttl: TimeSpan.FromHours(1)))));
        return builder.Build();
    }

    private static ValueTask<string> GetAsync(IHost host, string loaded) =>
        host.Services.GetRequiredService<ICacheme>().GetAsync(new WordNode(), _ => new ValueTask<string>(loaded), Token);

    private static async Task Refused(Action<CachemeBuilder> configure)
    {
        using var host = Build("refused", cacheme => configure(cacheme.AddLocal("redis", size: 10)));

        var error = await Assert.ThrowsAsync<CachemeSetupException>(() => host.StartAsync(Token));

        Assert.Contains("'far'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    private sealed record WordNode : Node<string>
    {
        public override NodeKey Key => "word";
    }
}
