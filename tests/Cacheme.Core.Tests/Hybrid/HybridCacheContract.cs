using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>What every provider of a HybridCache does, as Microsoft's documentation says or its own provider shows.</summary>
public abstract class HybridCacheContract
{
    private const string NoKey = "\u0001";

    private readonly string _tooLong = new('k', 1025);
    private int _loads;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetOrCreate_AskedTwice_LoadsOnce()
    {
        await using var host = await StartAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", this, static (test, token) => test.CountAsync(token), cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key".AsSpan(), CountAsync, cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync($"k{"ey"}", CountAsync, cancellationToken: Ct));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("KEY", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task GetOrCreate_ManyAtOnce_ShareOneLoad()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        var callers = Enumerable.Range(0, 20).Select(_ => host.Cache.GetOrCreateAsync("key", gate, HeldAsync, cancellationToken: Ct).AsTask()).ToList();

        await gate.Reached;
        gate.Open();

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal(1, value));
    }

    [Fact]
    public async Task GetOrCreate_ManyAtOnceWithBothWritesDisabled_ShareOneLoadAndStoreNothing()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        var options = Flags(HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite);
        var callers = Enumerable.Range(0, 20).Select(_ => host.Cache.GetOrCreateAsync("key", gate, HeldAsync, options, cancellationToken: Ct).AsTask()).ToList();

        await gate.Reached;
        gate.Open();

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal(1, value));
        await host.SettleAsync();
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task GetOrCreate_OneOfTwoCancels_OnlyHeSeesIt()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        using var leaves = new CancellationTokenSource();
        using var stays = new CancellationTokenSource();
        var first = host.Cache.GetOrCreateAsync("key", gate, HeldAsync, cancellationToken: leaves.Token).AsTask();
        var second = host.Cache.GetOrCreateAsync("key", gate, HeldAsync, cancellationToken: stays.Token).AsTask();
        await gate.Reached;

        await leaves.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(leaves.Token, error.CancellationToken);
        gate.Open();
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task GetOrCreate_AllCancel_TheLoadIsCancelled()
    {
        await using var host = await StartAsync();
        var started = new Gate();
        started.Open();
        var stopped = new TaskCompletionSource();
        using var leaves = new CancellationTokenSource();
        var caller = host.Cache.GetOrCreateAsync(
            "key",
            async token =>
            {
                await using var registration = token.Register(stopped.SetResult);
                await started.PassAsync(token);
                await Task.Delay(Timeout.Infinite, token);
                return 1;
            },
            cancellationToken: leaves.Token).AsTask();
        await started.Reached;

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        await stopped.Task.WaitAsync(Patience.Limit, Ct);
    }

    [Fact]
    public async Task GetOrCreate_TokenHasFired_EvenAHitThrows()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", 1, cancellationToken: Ct);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task GetOrCreate_LoadFails_AllWhoJoinedSeeItAndNothingIsStored()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        var callers = Enumerable.Range(0, 5).Select(_ => host.Cache.GetOrCreateAsync<int>(
            "key",
            async token =>
            {
                await gate.PassAsync(token);
                throw new InvalidDataException("No data.");
            },
            cancellationToken: Ct).AsTask()).ToList();

        await gate.Reached;
        gate.Open();

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => caller);
        }

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\tb")]
    [InlineData(NoKey)]
    [InlineData("too long")]
    public async Task GetOrCreate_BadKey_LoadsPastTheCache(string? key)
    {
        await using var host = await StartAsync();
        key = key == "too long" ? _tooLong : key;

        Assert.Equal(1, await host.Cache.GetOrCreateAsync(key!, CountAsync, cancellationToken: Ct));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync(key!, CountAsync, cancellationToken: Ct));
        Assert.Equal(0, await host.Cache.GetOrCreateAsync(key!, CountAsync, Flags(HybridCacheEntryFlags.DisableUnderlyingData), cancellationToken: Ct));
        await host.SettleAsync();
        Assert.Equal(0, host.SecondTierCount);
    }

    [Fact]
    public async Task GetOrCreate_LongestKey_IsCachedInBothTiers()
    {
        await using var host = await StartAsync();
        var key = new string('é', 1024);
        await host.Cache.GetOrCreateAsync(key, CountAsync, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync(key, CountAsync, cancellationToken: Ct));
        Assert.Equal(1, await other.Cache.GetOrCreateAsync(key, CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task GetOrCreate_HalfASurrogatePair_IsCached()
    {
        await using var host = await StartAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key \ud800", CountAsync, tags: ["tag \ud800"], cancellationToken: Ct));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("key \ud801", CountAsync, tags: ["tag \ud801"], cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key \ud800", CountAsync, cancellationToken: Ct));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData(null)]
    public async Task Entry_TagThatIsNone_IsAnArgumentException(string? tag)
    {
        await using var host = await StartAsync();

        var get = await Assert.ThrowsAsync<ArgumentException>(async () => await host.Cache.GetOrCreateAsync("key", CountAsync, tags: ["good", tag!], cancellationToken: Ct));
        var set = await Assert.ThrowsAsync<ArgumentException>(async () => await host.Cache.SetAsync("key", 1, tags: ["good", tag!], cancellationToken: Ct));

        Assert.Equal(("tags", "tags"), (get.ParamName, set.ParamName));
    }

    [Fact]
    public async Task RemoveByTag_OneOfAnEntrysTags_RemovesIt()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a", 10, tags: ["x", "y"], cancellationToken: Ct);
        await host.Cache.SetAsync("b", 20, tags: ["y"], cancellationToken: Ct);
        await host.Cache.SetAsync("c", 30, cancellationToken: Ct);

        await host.Cache.RemoveByTagAsync("x", Ct);

        Assert.Equal("1 20 30", await ReadAsync(host, "a", "b", "c"));
    }

    [Fact]
    public async Task RemoveByTag_SeveralOrAll_RemovesThem()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a", 10, tags: ["x", "y"], cancellationToken: Ct);
        await host.Cache.SetAsync("b", 20, tags: ["z"], cancellationToken: Ct);
        await host.Cache.SetAsync("c", 30, cancellationToken: Ct);

        await host.Cache.RemoveByTagAsync(["x", "of nobody", "z"], Ct);
        Assert.Equal("1 2 30", await ReadAsync(host, "a", "b", "c"));

        await host.Cache.RemoveByTagAsync("*", Ct);
        Assert.Equal("3 4 5", await ReadAsync(host, "a", "b", "c"));
    }

    [Fact]
    public async Task RemoveByTag_NoTag_DoesNothing()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a", 10, tags: ["x"], cancellationToken: Ct);

        await host.Cache.RemoveByTagAsync((string)null!, Ct);
        await host.Cache.RemoveByTagAsync("", Ct);
        await host.Cache.RemoveByTagAsync(" ", Ct);
        await host.Cache.RemoveByTagAsync((IEnumerable<string>)null!, Ct);
        await host.Cache.RemoveByTagAsync([], Ct);

        Assert.Equal("10", await ReadAsync(host, "a"));
    }

    [Fact]
    public async Task Remove_OneOrMany_AreLoadedAnew()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a", 10, cancellationToken: Ct);
        await host.Cache.SetAsync("b", 20, cancellationToken: Ct);
        await host.Cache.SetAsync("c", 30, cancellationToken: Ct);

        await host.Cache.RemoveAsync("a", Ct);
        await host.Cache.RemoveAsync(["b", "of nobody", NoKey, ""], Ct);
        await host.Cache.RemoveAsync((IEnumerable<string>)null!, Ct);

        Assert.Equal("1 2 30", await ReadAsync(host, "a", "b", "c"));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await host.Cache.RemoveAsync((string)null!, Ct));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await host.Cache.RemoveAsync([null!], Ct));
    }

    [Fact]
    public async Task Remove_InTheSecondTierToo()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a", 10, cancellationToken: Ct);
        await host.SettleAsync();

        await host.Cache.RemoveAsync("a", Ct);

        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();
        Assert.Equal("1", await ReadAsync(other, "a"));
    }

    [Fact]
    public async Task SecondTier_AnotherProcessHasStored_ItIsRead()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(new Poco { Text = "a", Number = 1 }), cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        var found = await other.Cache.GetOrCreateAsync<Poco>("key", _ => throw new InvalidOperationException(), cancellationToken: Ct);

        Assert.Equal(("a", 1), (found.Text, found.Number));
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None, 10, 10, 10, 10)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead, 10, 10, 10, 10)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheRead, 10, 1, 10, 10)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead, 1, 2, 1, 2)]
    public async Task Flags_OfReading_SayWhereItIsLookedFor(HybridCacheEntryFlags flags, int here, int there, int hereAfter, int thereAfter)
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", 10, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal(here, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(flags | HybridCacheEntryFlags.DisableDistributedCacheWrite), cancellationToken: Ct));
        Assert.Equal(there, await other.Cache.GetOrCreateAsync("key", CountAsync, Flags(flags | HybridCacheEntryFlags.DisableDistributedCacheWrite), cancellationToken: Ct));
        Assert.Equal(hereAfter, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(thereAfter == 10 && there == 1 ? 1 : thereAfter, await other.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Flags_LocalWriteDisabled_IsReadFromTheSecondTier()
    {
        await using var host = await StartAsync();

        await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableLocalCacheWrite), cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableLocalCacheWrite), cancellationToken: Ct));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableDistributedCacheRead), cancellationToken: Ct));
    }

    [Fact]
    public async Task Flags_DistributedWriteDisabled_StaysInMemory()
    {
        await using var host = await StartAsync();

        await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableDistributedCacheWrite), cancellationToken: Ct);
        await host.Cache.SetAsync("other", 10, Flags(HybridCacheEntryFlags.DisableDistributedCacheWrite), cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal(0, host.SecondTierCount);
        Assert.Equal("1 10", await ReadAsync(host, "key", "other"));
    }

    [Fact]
    public async Task Flags_UnderlyingDataDisabled_NeverLoads()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("there", 10, cancellationToken: Ct);

        Assert.Equal(0, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableUnderlyingData), cancellationToken: Ct));
        Assert.Equal(10, await host.Cache.GetOrCreateAsync("there", CountAsync, Flags(HybridCacheEntryFlags.DisableUnderlyingData), cancellationToken: Ct));
        Assert.Null(await host.Cache.GetOrCreateAsync("text", _ => new ValueTask<string>("text"), Flags(HybridCacheEntryFlags.DisableUnderlyingData), cancellationToken: Ct));
        Assert.Equal(0, _loads);
    }

    [Fact]
    public async Task Flags_OfACall_StandInPlaceOfTheDefaults()
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(options => options.DefaultEntryOptions = Flags(HybridCacheEntryFlags.DisableUnderlyingData)));

        Assert.Equal(0, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(0, await host.Cache.GetOrCreateAsync("key", CountAsync, new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(1) }, cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableDistributedCache), cancellationToken: Ct));
    }

    [Fact]
    public async Task Types_AnotherWhileOneIsLoaded_IsAnInvalidOperation()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        var first = host.Cache.GetOrCreateAsync("key", gate, HeldAsync, cancellationToken: Ct).AsTask();
        await gate.Reached;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await host.Cache
            .GetOrCreateAsync("key", _ => new ValueTask<string>("text"), cancellationToken: Ct).AsTask().WaitAsync(Patience.Limit, Ct));

        gate.Open();
        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task Types_AnotherAfterwards_IsAMiss()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableDistributedCache), cancellationToken: Ct);

        Assert.Equal("text", await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("text"), Flags(HybridCacheEntryFlags.DisableDistributedCache), cancellationToken: Ct));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("key", CountAsync, Flags(HybridCacheEntryFlags.DisableDistributedCache), cancellationToken: Ct));
    }

    [Fact]
    public async Task Values_ThatNobodyCanChange_AreTheSameInstance()
    {
        await using var host = await StartAsync();
        var text = new string('t', 5);
        var fixedOne = new Fixed("a");

        Assert.Same(text, await host.Cache.GetOrCreateAsync("text", _ => new ValueTask<string>(text), cancellationToken: Ct));
        Assert.Same(text, await host.Cache.GetOrCreateAsync("text", _ => new ValueTask<string>(""), cancellationToken: Ct));
        Assert.Same(fixedOne, await host.Cache.GetOrCreateAsync("fixed", _ => new ValueTask<Fixed>(fixedOne), cancellationToken: Ct));
        Assert.Same(fixedOne, await host.Cache.GetOrCreateAsync("fixed", _ => new ValueTask<Fixed>(new Fixed("b")), cancellationToken: Ct));
    }

    [Fact]
    public async Task Values_ThatCallersCanChange_AreEachCallersOwn()
    {
        await using var host = await StartAsync();
        byte[] bytes = [1, 2, 3];
        var gate = new Gate();
        var callers = Enumerable.Range(0, 3).Select(_ => host.Cache.GetOrCreateAsync(
            "poco",
            async token =>
            {
                await gate.PassAsync(token);
                return new Poco { Text = "a" };
            },
            cancellationToken: Ct).AsTask()).ToList();
        gate.Open();

        foreach (var poco in await Task.WhenAll(callers))
        {
            Assert.Equal("a", poco.Text);
            poco.Text = "changed";
        }

        var first = await host.Cache.GetOrCreateAsync("bytes", _ => new ValueTask<byte[]>(bytes), cancellationToken: Ct);
        first[0] = 9;
        bytes[1] = 9;
        Assert.Equal("a", (await host.Cache.GetOrCreateAsync("poco", _ => new ValueTask<Poco>(new Poco()), cancellationToken: Ct)).Text);
        Assert.Equal([1, 2, 3], await host.Cache.GetOrCreateAsync("bytes", _ => new ValueTask<byte[]>([]), cancellationToken: Ct));
    }

    [Fact]
    public async Task Values_NullObject_IsCached()
    {
        await using var host = await StartAsync();

        Assert.Null(await host.Cache.GetOrCreateAsync("key", NullAsync, cancellationToken: Ct));
        Assert.Null(await host.Cache.GetOrCreateAsync("key", NullAsync, cancellationToken: Ct));
        Assert.Equal(1, _loads);

        ValueTask<Poco?> NullAsync(CancellationToken token)
        {
            _loads++;
            return default;
        }
    }

    [Fact]
    public async Task Serializers_OfTheTypeThenOfAFactoryThenJson()
    {
        var first = new RecordingFactory("first");
        var last = new RecordingFactory("last");
        var own = new RecordingSerializer<Own>("own");
        await using var host = await StartAsync(services => services.AddHybridCache()
            .AddSerializerFactory(first).AddSerializerFactory(last).AddSerializer<Own>(own));

        await host.Cache.SetAsync("own", new Own("a"), cancellationToken: Ct);
        await host.Cache.SetAsync("poco", new Poco { Text = "b" }, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal("a", (await other.Cache.GetOrCreateAsync<Own>("own", _ => throw new InvalidOperationException(), cancellationToken: Ct)).Text);
        Assert.Equal("b", (await other.Cache.GetOrCreateAsync<Poco>("poco", _ => throw new InvalidOperationException(), cancellationToken: Ct)).Text);
        Assert.True(own.Writes > 0);
        Assert.True(last.Asked.Contains(typeof(Poco)) && !first.Asked.Contains(typeof(Poco)) && !last.Asked.Contains(typeof(Own)));
    }

    [Fact]
    public async Task Serializers_JsonOptionsOfTheType_AreUsed()
    {
        await using var host = await StartAsync(services => services.AddKeyedSingleton<System.Text.Json.JsonSerializerOptions>(
            typeof(IHybridCacheSerializer<Shouting>), new System.Text.Json.JsonSerializerOptions { Converters = { new ShoutingConverter() } }));

        await host.Cache.SetAsync("key", new Shouting { Text = "a" }, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal("a!", (await other.Cache.GetOrCreateAsync<Shouting>("key", _ => throw new InvalidOperationException(), cancellationToken: Ct)).Text);
    }

    [Fact]
    public async Task Payload_OverTheLimit_StaysInMemory()
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(options => options.MaximumPayloadBytes = 1000));
        var text = new string('t', 2000);

        Assert.Equal(text, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>(text), cancellationToken: Ct));
        await host.SettleAsync();

        Assert.Equal(0, host.SecondTierCount);
        Assert.Equal(text, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>(""), cancellationToken: Ct));
    }

    [Fact]
    public async Task Keys_LongestIsConfigured_OverItGoesPastTheCache()
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(options => options.MaximumKeyLength = 3));

        await host.Cache.GetOrCreateAsync("four", CountAsync, cancellationToken: Ct);

        Assert.Equal(2, await host.Cache.GetOrCreateAsync("four", CountAsync, cancellationToken: Ct));
        Assert.Equal(3, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(3, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task SecondTier_IsDown_GetsAndSetsGoOn()
    {
        await using var host = await StartAsync();
        host.BreakSecondTier();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        await host.Cache.SetAsync("key", 10, cancellationToken: Ct);
        Assert.Equal(10, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task SecondTier_IsDown_RemovalsTellTheirCallerAndAreDoneHere()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", 10, tags: ["tag"], cancellationToken: Ct);
        await host.SettleAsync();
        host.BreakSecondTier();

        await Assert.ThrowsAnyAsync<Exception>(async () => await host.Cache.RemoveAsync("key", Ct));

        Assert.Equal("1", await ReadAsync(host, "key"));
    }

    [Fact]
    public async Task Expiration_NotOverZero_IsAnArgumentOutOfRange()
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await host.Cache.GetOrCreateAsync(
            "key", CountAsync, new HybridCacheEntryOptions { Expiration = TimeSpan.Zero }, cancellationToken: Ct));
    }

    /// <summary>Starts the provider's host.</summary>
    private protected abstract Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null);

    private static HybridCacheEntryOptions Flags(HybridCacheEntryFlags flags) => new() { Flags = flags };

    private ValueTask<int> CountAsync(CancellationToken cancellationToken) => new(Interlocked.Increment(ref _loads));

    private async ValueTask<int> HeldAsync(Gate gate, CancellationToken cancellationToken)
    {
        var load = Interlocked.Increment(ref _loads);
        await gate.PassAsync(cancellationToken);
        return load;
    }

    private async Task<string> ReadAsync(HybridHost host, params string[] keys)
    {
        var values = new int[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            values[i] = await host.Cache.GetOrCreateAsync(keys[i], CountAsync, cancellationToken: Ct);
        }

        return string.Join(' ', values);
    }
}
