using Cacheme.Servers;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>A write that waits with a node that hangs and has lost its slot: it must not come back after newer ones.</summary>
public sealed class RedisLateWriteTests(RedisClusterFixture fixture) : IClassFixture<RedisClusterFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("invalidate")]
    [InlineData("set")]
    public async Task SetAsync_GivenUpAndThenOverruledByAnotherProcess_DoesNotComeBack(string overruling)
    {
        var word = new Word(overruling);
        using var a = await StartAsync();
        await CachemeOf(a).SetAsync(word, "first", Cancel);
        var former = await MasterAsync($"p:{overruling}:v");
        var heir = await fixture.Cluster.FailOverAsync(former);
        using var b = await StartAsync();
        Assert.Equal("first", (await CachemeOf(b).TryGetAsync(word, Cancel)).Value);

        former.Pause();
        await CachemeOf(a).SetAsync(word, "old", Cancel);
        await (overruling == "set" ? CachemeOf(b).SetAsync(word, "newer", Cancel) : CachemeOf(b).InvalidateAsync(word, Cancel));
        await fixture.ForgetCommandsAsync(heir);
        former.Resume();
        await fixture.Cluster.WaitUntilWholeAsync();

        // The write comes back, or its process removes what it cannot be sure of.
        await Eventually.HoldsAsync(async () => await fixture.CountAsync("set", heir) + await fixture.CountAsync("unlink", heir) > 0);
        Assert.Equal(0, await fixture.CountAsync("set", heir));
        Assert.False((await CachemeOf(b).TryGetAsync(word, Cancel)).Found);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task SetAsync_RedirectedAfterAWhile_IsSentAgainOnlyWhileYoung(int age, bool arrives)
    {
        var key = $"{{aged}}{age}";
        var time = new FakeTimeProvider();
        await using var storage = fixture.Open(time);
        await storage.SetAsync(key, "first", null, Cancel);
        var former = await MasterAsync(key);
        await fixture.Cluster.FailOverAsync(former);
        former.Pause();
        var write = storage.SetAsync(key, "second", null, Cancel).AsTask();

        time.Advance(TimeSpan.FromMilliseconds(age));
        former.Resume();

        if (arrives)
        {
            await write;
        }
        else
        {
            Assert.Equal(RedisErrorKind.Moved, (await Assert.ThrowsAsync<RedisServerException>(() => write)).Kind);
        }

        await fixture.Cluster.WaitUntilWholeAsync();
        Assert.Equal(arrives ? "second" : "first", (await storage.GetAsync(key, Cancel)).Text());
    }

    [Fact]
    public async Task SetAsync_CallerLeftWhileTheNodeHung_IsNotSentToTheNextOneAfterwards()
    {
        await using var storage = fixture.Open();
        await storage.SetAsync("{late}", "first", null, Cancel);
        var former = await MasterAsync("{late}");

        // The storage does not know yet that the slot has gone, and its write waits with a node that hangs.
        await fixture.Cluster.FailOverAsync(former);
        former.Pause();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var late = storage.SetAsync([new StorageWrite("{late}", "late"u8.ToArray(), null)], patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.OrLeaveAsync(patience.Token));
        await using (var other = fixture.Open())
        {
            await other.SetAsync("{late}", "newer", null, Cancel);
        }

        former.Resume();
        await fixture.Cluster.WaitUntilWholeAsync();

        // Its answer comes after the late one's, which asked the same node before.
        await storage.GetAsync("{late}", Cancel);
        Assert.Equal("newer", (await storage.GetAsync("{late}", Cancel)).Text());
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddCacheme(cacheme => cacheme
            .AddRedis("redis", fixture.Cluster.EndPoints)
            .Prefix("p")
            .AddNode<Word>(policy => policy.Name("word").Version("v").Cache("redis", TimeSpan.FromHours(1))));
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    private static ICacheme CachemeOf(IHost host) => host.Services.GetRequiredService<ICacheme>();

    private async Task<RedisServer> MasterAsync(string key) => await fixture.Cluster.MasterOfAsync(await fixture.Cluster.SlotOfAsync(key));

    private sealed record Word(string Text) : Node<string>
    {
        public override NodeKey Key => Text;
    }
}
