using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 5: null is a value where the node says so; absent is something else.</summary>
public sealed class Rule05_NullIsAValueTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_NodeThatCachesNull_LoadsItOnce()
    {
        Source.Load = (_, _) => Task.FromResult("");

        Assert.Null(await Cacheme.GetAsync(new NullableNode(1), Ct));
        Assert.Null(await Cacheme.GetAsync(new NullableNode(1), Ct));

        Assert.Equal(1, Source.Loads);
        Assert.Equal(new CacheLookup<Item?>(true, null), await Cacheme.TryGetAsync(new NullableNode(1), Ct));
        Assert.Equal(CacheLookup<Item?>.None, await Cacheme.TryGetAsync(new NullableNode(2), Ct));
    }

    [Fact]
    public async Task Get_CachedNull_HasATimeToLiveOfItsOwnInEveryTier()
    {
        Source.Load = (_, _) => Task.FromResult("");
        await Cacheme.GetAsync(new NullableNode(1), Ct);

        Fixture.Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.True((await Cacheme.TryGetAsync(new NullableNode(1), Ct)).Found);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await Cacheme.TryGetAsync(new NullableNode(1), Ct)).Found);
    }

    [Fact]
    public async Task Get_CachedNull_ComesBackFromTheRemoteTierAsNull()
    {
        await using var other = new CacheFixture(cacheme => cacheme.AddNode<NullableNode>());
        await other.Cacheme.SetAsync(new NullableNode(1), null, Ct);
        var entry = other.Remote.Find("cacheme:nullable:1:");
        Remote.Put("cacheme:nullable:1:", entry.Bytes.ToArray());

        Assert.Equal(new CacheLookup<Item?>(true, null), await Cacheme.TryGetAsync(new NullableNode(1), Ct));
        Assert.Null(await Cacheme.GetAsync(new NullableNode(1), Ct));
        Assert.Equal(0, Source.Loads);
    }

    [Fact]
    public async Task Get_NullOfAnyOtherNode_IsReturnedAndNotStored()
    {
        var node = Cacheme.BuildNode<string?>("plain", policy => policy.Cache("local").Cache("remote")).Key("1");
        var loads = 0;
        ValueTask<string?> Load(CancellationToken token)
        {
            loads++;
            return new((string?)null);
        }

        Assert.Null(await Cacheme.GetAsync(node, Load, Ct));
        Assert.Null(await Cacheme.GetAsync(node, Load, Ct));

        Assert.Equal(2, loads);
        Assert.Empty(Remote.Keys);
        Assert.False((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Set_NullOfAnyOtherNode_IsRefused()
    {
        var node = Cacheme.BuildNode<string?>("plain", policy => policy.Cache("local")).Key("1");

        var error = await Assert.ThrowsAsync<ArgumentNullException>(() => Cacheme.SetAsync(node, null, Ct).AsTask());

        Assert.Contains("plain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_ToNullOfAnyOtherNode_RemovesTheOldValue()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddNode<Vanishing>());
        Vanishing.Value = "there";
        await fixture.Cacheme.GetAsync(new Vanishing(), Ct);
        Vanishing.Value = null;

        Assert.Null(await fixture.Cacheme.RefreshAsync(new Vanishing(), Ct));

        Assert.False((await fixture.Cacheme.TryGetAsync(new Vanishing(), Ct)).Found);
        Assert.Empty(fixture.Remote.Keys);
    }

    private sealed record Vanishing : Node<string?>, INodePolicy
    {
        public static string? Value { get; set; }

        public override NodeKey Key => "vanishing";

        public override ValueTask<string?> LoadAsync(LoadContext context) => new(Value);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").Cache("remote");
    }
}
