using System.Diagnostics;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;

namespace Cacheme.Tests.Hybrid;

/// <summary>What users of Microsoft's provider suffer from. Each test holds for Cacheme, and is seen to fail for the other.</summary>
public abstract class HybridCacheImprovements
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Remove_DuringALoad_IsNotLost() => TryAsync(async host =>
    {
        var gate = new Gate();
        var load = host.Cache.GetOrCreateAsync("key", gate, OldAsync, cancellationToken: Ct).AsTask();
        await gate.Reached;

        await host.Cache.RemoveAsync("key", Ct);
        gate.Open();
        await load;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task RemoveByTag_DuringALoad_IsNotLost() => TryAsync(async host =>
    {
        var gate = new Gate();
        var load = host.Cache.GetOrCreateAsync("key", gate, OldAsync, tags: ["tag"], cancellationToken: Ct).AsTask();
        await gate.Reached;

        await host.Cache.RemoveByTagAsync("tag", Ct);
        gate.Open();
        await load;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", NewAsync, tags: ["tag"], cancellationToken: Ct));
    });

    [Fact]
    public Task RemoveByTag_AllDuringALoad_IsNotLost() => TryAsync(async host =>
    {
        var gate = new Gate();
        var load = host.Cache.GetOrCreateAsync("key", gate, OldAsync, cancellationToken: Ct).AsTask();
        await gate.Reached;

        await host.Cache.RemoveByTagAsync("*", Ct);
        gate.Open();
        await load;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task Set_DuringALoad_Wins() => TryAsync(async host =>
    {
        var gate = new Gate();
        var load = host.Cache.GetOrCreateAsync("key", gate, OldAsync, cancellationToken: Ct).AsTask();
        await gate.Reached;

        await host.Cache.SetAsync("key", "new", cancellationToken: Ct);
        gate.Open();
        await load;
        await host.SettleAsync();

        Assert.Equal("new", await host.Cache.GetOrCreateAsync("key", OldAsync, cancellationToken: Ct));
    });

    [Theory]
    [InlineData("tag")]
    [InlineData("*")]
    public Task RemoveByTag_InAnotherProcess_IsSeen(string tag) => TryAsync(async host =>
    {
        await using var other = await host.StartOtherAsync();
        // It has looked at the tag before.
        await other.Cache.GetOrCreateAsync("key", OldAsync, tags: ["tag"], cancellationToken: Ct);
        await other.Cache.RemoveByTagAsync(tag, Ct);
        await other.Cache.GetOrCreateAsync("key", OldAsync, tags: ["tag"], cancellationToken: Ct);
        await host.SettleAsync();

        await host.Cache.RemoveByTagAsync(tag, Ct);
        await host.SettleAsync();

        Assert.Equal("new", await other.Cache.GetOrCreateAsync("key", NewAsync, tags: ["tag"], cancellationToken: Ct));
    });

    [Fact]
    public Task Remove_InAnotherProcess_IsSeen() => TryAsync(async host =>
    {
        await using var other = await host.StartOtherAsync();
        await other.Cache.GetOrCreateAsync("key", OldAsync, cancellationToken: Ct);
        await host.SettleAsync();

        await host.Cache.RemoveAsync("key", Ct);
        await host.SettleAsync();

        Assert.Equal("new", await other.Cache.GetOrCreateAsync("key", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task Named_TwoCaches_DoNotReadEachOthersEntries() => TryAsync(async host =>
    {
        await host.Named("one").SetAsync("key", "one", cancellationToken: Ct);
        await host.Named("two").SetAsync("key", "two", cancellationToken: Ct);

        Assert.Equal("one", await host.Named("one").GetOrCreateAsync("key", NewAsync, cancellationToken: Ct));
        await host.Named("two").RemoveAsync("key", Ct);
        Assert.Equal("one", await host.Named("one").GetOrCreateAsync("key", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task Named_TagOfOne_IsNotThatOfTheOther() => TryAsync(async host =>
    {
        await host.Named("one").SetAsync("a", "one", tags: ["tag"], cancellationToken: Ct);
        await host.Named("two").SetAsync("b", "two", tags: ["tag"], cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        await host.Named("two").RemoveByTagAsync("tag", Ct);
        await host.Named("two").RemoveByTagAsync("*", Ct);
        await host.SettleAsync();

        Assert.Equal("one", await other.Named("one").GetOrCreateAsync("a", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task Null_TextInTheSecondTier_StaysNull() => TryAsync(async host =>
    {
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string?>((string?)null), cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Null(await other.Cache.GetOrCreateAsync<string?>("key", _ => throw new InvalidOperationException("It is there."), cancellationToken: Ct));
    });

    [Fact]
    public Task Null_Array_StaysNull() => TryAsync(async host =>
    {
        Assert.Null(await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]?>((byte[]?)null), cancellationToken: Ct));
        Assert.Null(await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]?>([1]), cancellationToken: Ct));
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();
        Assert.Null(await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]?>([1]), cancellationToken: Ct));
    });

    [Fact]
    public Task Load_CallersContext_IsSeen() => TryAsync(async host =>
    {
        using var activity = new Activity("caller").Start();
        using var leaves = new CancellationTokenSource();
        Ambient.Value = "caller's";

        var seen = await host.Cache.GetOrCreateAsync(
            "key", _ => new ValueTask<string>($"{Ambient.Value} {Activity.Current?.RootId}"), cancellationToken: leaves.Token);

        Assert.Equal($"caller's {activity.RootId}", seen);
    });

    [Fact]
    public Task Oversized_MutableValue_IsStillCopied() => TryAsync(async host =>
    {
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]>(new byte[2 * 1024 * 1024]), cancellationToken: Ct);
        var first = await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]>([]), cancellationToken: Ct);
        first[0] = 9;

        var second = await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]>([]), cancellationToken: Ct);

        Assert.Equal((2 * 1024 * 1024, 0), (second.Length, second[0]));
    });

    [Fact]
    public Task Set_ValueThatCannotBeSerialized_TellsItsCaller() => TryAsync(async host =>
        await Assert.ThrowsAnyAsync<NotSupportedException>(async () => await host.Cache.SetAsync("key", typeof(int), cancellationToken: Ct)));

    [Fact]
    public Task GetOrCreate_ValueThatCannotBeSerialized_IsHandedOutAllTheSame() => TryAsync(async host =>
    {
        var failure = await Record.ExceptionAsync(async () =>
            Assert.Equal(typeof(int), await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<Type>(typeof(int)), cancellationToken: Ct)));

        Assert.Null(failure);
    });

    [Fact]
    public Task Text_WithHalfASurrogatePairInItsKey_IsInTheSecondTierToo() => TryAsync(async host =>
    {
        await host.Cache.SetAsync("key \ud800", "old", cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal("old", await other.Cache.GetOrCreateAsync("key \ud800", NewAsync, cancellationToken: Ct));
    });

    [Fact]
    public Task SecondTier_BytesOfAnotherType_AreAMiss() => TryAsync(async host =>
    {
        await host.Cache.SetAsync("key", new Poco { Text = "a" }, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        var found = await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<Other>(new Other { Name = "loaded" }), cancellationToken: Ct);

        Assert.Equal("loaded", found.Name);
    });

    [Fact]
    public Task InterpolatedKey_Hit_AllocatesNothing() => TryAsync(async host =>
    {
        await host.Cache.SetAsync("key:7", "value", cancellationToken: Ct);

        Assert.Equal(0, AllocatedByHits(host.Cache, 100));
    });

    /// <summary>Starts the provider's host.</summary>
    private protected abstract Task<HybridHost> StartAsync();

    /// <summary>Says of what was tried whether it must hold.</summary>
    private protected abstract Task JudgeAsync(Func<Task> behaviour);

    // Synchronous: what an await allocates is not the cache's.
    private static long AllocatedByHits(HybridCache cache, int hits)
    {
        HitOnce(cache);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < hits; i++)
        {
            HitOnce(cache);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void HitOnce(HybridCache cache)
    {
        var id = 7;
        var hit = cache.GetOrCreateAsync($"key:{id}", static _ => new ValueTask<string>("loaded"), cancellationToken: CancellationToken.None);
        Assert.True(hit.IsCompletedSuccessfully);
    }

    private static async ValueTask<string> OldAsync(Gate gate, CancellationToken cancellationToken)
    {
        await gate.PassAsync(cancellationToken);
        return "old";
    }

    private static ValueTask<string> OldAsync(CancellationToken cancellationToken) => new("old");

    private static ValueTask<string> NewAsync(CancellationToken cancellationToken) => new("new");

    private async Task TryAsync(Func<HybridHost, Task> behaviour)
    {
        await using var host = await StartAsync();
        await JudgeAsync(() => behaviour(host));
    }
}
