using System.ComponentModel;
using System.Text.Json.Serialization;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>What an application relies on that only changes its registration; run against both providers.</summary>
public abstract class HybridCacheDropInContract
{
    private int _loads;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MutableValue_OfTheFactory_IsNotTheCallers()
    {
        await using var host = await StartAsync();
        var source = new Poco { Text = "source" };

        var got = await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<Poco>(source), cancellationToken: Ct);

        Assert.NotSame(source, got);
    }

    [Fact]
    public async Task MutableValue_OfALeaderWhoLeft_IsNotTheJoinersInstance()
    {
        await using var host = await StartAsync();
        var made = new Poco { Text = "a" };
        var gate = new Gate();
        using var leaves = new CancellationTokenSource();
        using var stays = new CancellationTokenSource();
        var leader = host.Cache.GetOrCreateAsync("key", LoadAsync, cancellationToken: leaves.Token).AsTask();
        await gate.Reached;
        var joiner = host.Cache.GetOrCreateAsync("key", LoadAsync, cancellationToken: stays.Token).AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);

        gate.Open();

        Assert.NotSame(made, await joiner);

        async ValueTask<Poco> LoadAsync(CancellationToken token)
        {
            await gate.PassAsync(CancellationToken.None);
            return made;
        }
    }

    [Fact]
    public async Task Payload_ExactlyAtTheLimit_IsInTheSecondTier()
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(options => options.MaximumPayloadBytes = 1000));

        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<byte[]>(new byte[1000]), cancellationToken: Ct);
        await host.SettleAsync();

        Assert.True(host.SecondTierCount > 0);
    }

    [Fact]
    public async Task Text_WithHalfASurrogatePair_CanBeSet()
    {
        await using var host = await StartAsync();

        await host.Cache.SetAsync("key", "cut \ud83d", cancellationToken: Ct);

        Assert.StartsWith("cut ", await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("loaded"), cancellationToken: Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiration_ZeroWhereNothingIsWritten_IsLoaded()
    {
        await using var host = await StartAsync();
        var options = new HybridCacheEntryOptions
        {
            Expiration = TimeSpan.Zero,
            Flags = HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite,
        };

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, options, cancellationToken: Ct));
    }

    [Fact]
    public async Task LocalExpiration_ZeroWhereNothingIsWrittenLocally_IsLoaded()
    {
        await using var host = await StartAsync();
        var options = new HybridCacheEntryOptions { LocalCacheExpiration = TimeSpan.Zero, Flags = HybridCacheEntryFlags.DisableLocalCache };

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, options, cancellationToken: Ct));
        await host.SettleAsync();
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, options, cancellationToken: Ct));
    }

    [Fact]
    public async Task LocalExpiration_Zero_IsAnArgumentOutOfRange()
    {
        await using var host = await StartAsync();
        var options = new HybridCacheEntryOptions { LocalCacheExpiration = TimeSpan.Zero };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await host.Cache.GetOrCreateAsync("key", CountAsync, options, cancellationToken: Ct));
    }

    [Fact]
    public async Task Expiration_ZeroWithUnderlyingDataDisabled_IsALookup()
    {
        await using var host = await StartAsync();
        var options = new HybridCacheEntryOptions { Expiration = TimeSpan.Zero, Flags = HybridCacheEntryFlags.DisableUnderlyingData };

        Assert.Equal(0, await host.Cache.GetOrCreateAsync("key", CountAsync, options, cancellationToken: Ct));
    }

    [Fact]
    public async Task DefaultExpiration_Endless_IsTaken()
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(
            options => options.DefaultEntryOptions = new() { Expiration = TimeSpan.FromDays(365_000), LocalCacheExpiration = TimeSpan.FromDays(365_000) }));

        await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task MaximumPayload_OfAnySize_IsTaken(long bytes)
    {
        await using var host = await StartAsync(services => services.Configure<HybridCacheOptions>(options => options.MaximumPayloadBytes = bytes));

        await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Tuple_FromTheCache_HasItsParts()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<(string, int)>(("a", 1)), cancellationToken: Ct);

        Assert.Equal(("a", 1), await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<(string, int)>(("b", 2)), cancellationToken: Ct));
    }

    [Fact]
    public async Task Tuples_InAList_HaveTheirParts()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<List<(int, string)>>([(1, "a")]), cancellationToken: Ct);

        Assert.Equal([(1, "a")], await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<List<(int, string)>>([(2, "b")]), cancellationToken: Ct));
    }

    [Fact]
    public async Task Record_WithAnIgnoredPart_IsCached()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithIgnored>(new WithIgnored(1, "secret")), cancellationToken: Ct);

        Assert.Equal(1, (await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithIgnored>(new WithIgnored(2, "secret")), cancellationToken: Ct)).Number);
    }

    [Fact]
    public async Task Record_WhoseNullIsNotWritten_IsCached()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithoutNull>(new WithoutNull(1, null)), cancellationToken: Ct);

        Assert.Equal(1, (await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithoutNull>(new WithoutNull(2, null)), cancellationToken: Ct)).Number);
    }

    [Fact]
    public async Task Object_WithAFieldThatJsonCannotWrite_IsCached()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithField>(new WithField { Number = 1 }), cancellationToken: Ct);

        Assert.Equal(1, (await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<WithField>(new WithField { Number = 2 }), cancellationToken: Ct)).Number);
    }

    [Fact]
    public async Task NullableOfAnImmutableStruct_IsTheSameInstance()
    {
        await using var host = await StartAsync();
        var text = new object();
        await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<FixedStruct?>(new FixedStruct(text)), cancellationToken: Ct);

        Assert.Same(text, (await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<FixedStruct?>((FixedStruct?)null), cancellationToken: Ct))!.Value.Part);
    }

    [Fact]
    public async Task Load_LooksForItsOwnKeyWithoutLoading_IsLoaded()
    {
        await using var host = await StartAsync();
        var look = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

        Assert.Equal(1, await host.Cache.GetOrCreateAsync(
            "key",
            async token => 1 + await host.Cache.GetOrCreateAsync("key", CountAsync, look, cancellationToken: token),
            cancellationToken: Ct));
    }

    [Fact]
    public async Task Load_SetsItsOwnKey_IsDone()
    {
        await using var host = await StartAsync();

        Assert.Equal(1, await host.Cache.GetOrCreateAsync(
            "key",
            async token =>
            {
                await host.Cache.SetAsync("key", 1, cancellationToken: token);
                return 1;
            },
            cancellationToken: Ct));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a,b;c")]
    [InlineData(" padded ")]
    [InlineData("\u007f")]
    public async Task TagsAndKeys_OddOnes_AreTaken(string text)
    {
        await using var host = await StartAsync();
        var key = text.Replace('\n', ' ');
        await host.Cache.SetAsync(key, 10, tags: [text], cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal(10, await other.Cache.GetOrCreateAsync(key, CountAsync, cancellationToken: Ct));
        await host.Cache.RemoveByTagAsync(text, Ct);
        Assert.Equal(1, await host.Cache.GetOrCreateAsync(key, CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Factory_CancelledByATokenOfItsOwn_JoinersSeeIt()
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(async () => await host.Cache.GetOrCreateAsync<int>(
            "key", _ => throw new TaskCanceledException("Timeout of a client."), cancellationToken: Ct));

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Set_DuringASetOfAnotherType_TheLastOneHolds()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", "text", cancellationToken: Ct);
        await host.Cache.SetAsync("key", 10, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        Assert.Equal(10, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
        Assert.Equal(10, await other.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Value_OfALongGenericType_IsInTheSecondTierToo()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", new Dictionary<string, List<Dictionary<string, List<Dictionary<string, List<Poco>>>>>> { ["a"] = [] }, cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        var found = await other.Cache.GetOrCreateAsync<Dictionary<string, List<Dictionary<string, List<Dictionary<string, List<Poco>>>>>>>(
            "key", _ => throw new InvalidOperationException(), cancellationToken: Ct);

        Assert.Equal(["a"], found.Keys);
    }

    [Fact]
    public async Task Value_Huge_IsCached()
    {
        await using var host = await StartAsync();
        var text = new string('t', 30_000_000);
        await host.Cache.SetAsync("key", text, cancellationToken: Ct);
        await host.Cache.SetAsync("array", new byte[30_000_000], cancellationToken: Ct);
        await host.SettleAsync();

        Assert.Same(text, await host.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>(""), cancellationToken: Ct));
        Assert.Equal(30_000_000, (await host.Cache.GetOrCreateAsync("array", _ => new ValueTask<byte[]>([]), cancellationToken: Ct)).Length);
    }

    [Fact]
    public async Task Serializer_OfTextsOfTheApplication_IsUsed()
    {
        var own = new RecordingSerializer<string>("own");
        await using var host = await StartAsync(services => services.AddHybridCache().AddSerializer<string>(own));

        await host.Cache.SetAsync("key", "text", cancellationToken: Ct);

        Assert.True(own.Writes > 0);
    }

    [Fact]
    public async Task Caller_BlocksOnTheCallOfALoad_BothGetIt()
    {
        await using var host = await StartAsync();

        Assert.Equal(2, await host.Cache.GetOrCreateAsync(
            "outer",
            async token =>
            {
                await Task.Yield();
                return 1 + host.Cache.GetOrCreateAsync("inner", CountAsync, cancellationToken: token).AsTask().GetAwaiter().GetResult();
            },
            cancellationToken: Ct));
    }

    [Fact]
    public async Task Load_AllLeftAndItGoesOn_ANewCallerLoadsItself()
    {
        await using var host = await StartAsync();
        var gate = new Gate();
        using var leaves = new CancellationTokenSource();
        var first = host.Cache.GetOrCreateAsync(
            "key",
            async _ =>
            {
                await gate.PassAsync(CancellationToken.None);
                return 100;
            },
            cancellationToken: leaves.Token).AsTask();
        await gate.Reached;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct).AsTask().WaitAsync(Patience.Limit, Ct));
        gate.Open();
        await host.SettleAsync();
        Assert.Equal(1, await host.Cache.GetOrCreateAsync("key", CountAsync, cancellationToken: Ct));
    }

    [Fact]
    public async Task Text_FromTheSecondTier_IsTheSameAtTheNextHit()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", "text", cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        var first = await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("loaded"), cancellationToken: Ct);
        var second = await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("loaded"), cancellationToken: Ct);

        Assert.Equal(("text", "text"), (first, second));
    }

    [Fact]
    public async Task Text_FromTheSecondTierByManyAtOnce_IsTheSameForAll()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("key", "text", cancellationToken: Ct);
        await host.SettleAsync();
        await using var other = await host.StartOtherAsync();

        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            async () => await other.Cache.GetOrCreateAsync("key", _ => new ValueTask<string>("loaded"), cancellationToken: Ct), Ct)));

        Assert.All(texts, static text => Assert.Equal("text", text));
    }

    private protected abstract Task<HybridHost> StartAsync(Action<IServiceCollection>? more = null);

    private protected ValueTask<int> CountAsync(CancellationToken cancellationToken) => new(Interlocked.Increment(ref _loads));

    public sealed record WithIgnored(int Number, [property: JsonIgnore] string? Secret);

    public sealed record WithoutNull(int Number, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name);

    public sealed class WithField
    {
        public int Number { get; set; }

#pragma warning disable CA1051, SA1401 // What an application may have.
        public Action? Changed = static () => { };
#pragma warning restore CA1051, SA1401
    }

    [ImmutableObject(true)]
    public readonly record struct FixedStruct(object Part);
}
