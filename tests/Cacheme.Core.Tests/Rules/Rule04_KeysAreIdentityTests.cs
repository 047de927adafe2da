using Cacheme.DependencyInjection;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 4: the full key is the identity, in every tier; another node's value is never served.</summary>
public sealed class Rule04_KeysAreIdentityTests : RuleTests
{
    private const int SharedKey = 6;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_FullKey_IsPrefixKeyAndVersion()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);

        Assert.Equal(["cacheme:item:1:v1"], Remote.Keys);
    }

    [Fact]
    public async Task Get_UnequalNodesWithOneKey_AreOneEntry()
    {
        await Cacheme.GetAsync(new Ignoring(1, "a"), Ct);
        await Cacheme.GetAsync(new Ignoring(1, "b"), Ct);

        Assert.Equal(1, Source.Loads);
        await Cacheme.InvalidateAsync(new Ignoring(1, "c"), Ct);
        Assert.False((await Cacheme.TryGetAsync(new Ignoring(1, "a"), Ct)).Found);
        Assert.False((await Cacheme.TryGetAsync(new Ignoring(1, "b"), Ct)).Found);
    }

    [Fact]
    public async Task Get_EqualNodesWithTwoKeys_AreTwoEntries()
    {
        // 1.0 equals 1.00, and prints otherwise.
        Assert.Equal(new Amount(1.0m), new Amount(1.00m));

        Assert.Equal("1.0", (await Cacheme.GetAsync(new Amount(1.0m), Ct)).Text);
        Assert.Equal("1.00", (await Cacheme.GetAsync(new Amount(1.00m), Ct)).Text);
        Assert.Equal("1.0", (await Cacheme.GetAsync(new Amount(1.0m), Ct)).Text);
    }

    [Fact]
    public async Task GetAll_EqualNodesWithTwoKeys_GetTheirOwnValues()
    {
        var values = await Cacheme.GetAllAsync([new Amount(1.0m), new Amount(1.00m), new Amount(2m)], Ct);

        Assert.Equal(["1.0", "1.00", "2"], values.Select(value => value.Text));
    }

    [Fact]
    public async Task Get_RecordWithAnEqualityOfItsOwn_GoesByItsKey()
    {
        Assert.Equal(new CaseBlind("a"), new CaseBlind("A"));

        Assert.Equal("a", (await Cacheme.GetAsync(new CaseBlind("a"), Ct)).Text);
        Assert.Equal("A", (await Cacheme.GetAsync(new CaseBlind("A"), Ct)).Text);
    }

    [Theory]
    [InlineData("key", "Key")]
    [InlineData("key", "key ")]
    [InlineData("key", " key")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("stra\u00dfe", "strasse")]
    [InlineData("a:b", "a%3Ab")]
    [InlineData("a\0", "a")]
    public async Task Get_KeysThatDifferALittle_StayApart(string one, string other)
    {
        Assert.Equal(one, (await Cacheme.GetAsync(new TextNode(one), Ct)).Text);
        Assert.Equal(other, (await Cacheme.GetAsync(new TextNode(other), Ct)).Text);
        Assert.Equal(one, (await Cacheme.GetAsync(new TextNode(one), Ct)).Text);
        Assert.Equal(2, Remote.Keys.Count);
    }

    [Fact]
    public async Task Get_TwoNodesWithOneKey_NeverServeEachOthersValueAndWarnOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("first", (await Cacheme.GetAsync(new First(1), Ct)).Text);
            Assert.Equal(2, await Cacheme.GetAsync(new Second(1), Ct));
        }

        Assert.Equal(2, Fixture.Log.CountOf(SharedKey)); // Once for each of the two.
    }

    [Fact]
    public async Task Get_EmptyKey_IsAnArgumentException()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Cacheme.GetAsync(new TextNode(""), Ct).AsTask());

        Assert.Contains("TextNode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_KeyOverTheLimit_IsAnArgumentExceptionWithTheFigures()
    {
        // The prefix and the version take 10 of the 512 bytes.
        await Cacheme.GetAsync(new TextNode(new string('k', 502)), Ct);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => Cacheme.GetAsync(new TextNode(new string('k', 503)), Ct).AsTask());
        Assert.Contains("513", error.Message, StringComparison.Ordinal);
        Assert.Contains("512", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Cacheme.GetAsync(new TextNode(new string('\u00e9', 252)), Ct).AsTask());
    }

    [Fact]
    public async Task Get_KeyWithHalfASurrogatePair_IsAnArgumentException() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Cacheme.GetAsync(new TextNode("\ud800"), Ct).AsTask());

    [Fact]
    public async Task Get_NullNode_IsAnArgumentException()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cacheme.GetAsync<Item>(null!, Ct).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => Fixture.Cache<ItemNode, Item>().GetAsync(null!, Ct).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Cacheme.GetAllAsync<Item>([new ItemNode(1), null!], Ct).AsTask());
    }

    [Fact]
    public async Task Name_PinnedToTheOldOne_FindsTheEntriesOfTheRenamedClass()
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item("written before"), Ct);
        await using var renamed = new Cacheme.Testing.CacheFixture(cacheme => cacheme.AddNode<RenamedNode>(
            policy => policy.Name("ItemNode").Version("v1").Cache("remote")));
        renamed.Remote.Put("cacheme:item:1:v1", Remote.Find("cacheme:item:1:v1").Bytes.ToArray());

        Assert.Equal("written before", (await renamed.Cacheme.TryGetAsync(new RenamedNode(1), Ct)).Value.Text);
    }

    protected override void Configure(CachemeBuilder cacheme) => cacheme
        .AddNode<Ignoring>().AddNode<Amount>().AddNode<CaseBlind>().AddNode<TextNode>().AddNode<First>().AddNode<Second>();

    private sealed record Ignoring(int Id, string Hint) : Node<Item>, INodePolicy
    {
        public override NodeKey Key => $"ignoring:{Id}";

        public override async ValueTask<Item> LoadAsync(LoadContext context) =>
            new(await context.GetRequiredService<Source>().LoadAsync(Id, context.CancellationToken));

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    private sealed record Amount(decimal Value) : Node<Item>, INodePolicy, IBatchNode<Amount, Item>
    {
        public override NodeKey Key => $"amount:{Value}";

        public override ValueTask<Item> LoadAsync(LoadContext context) => new(new Item(Text));

        public static ValueTask<IReadOnlyDictionary<Amount, Item>> LoadAllAsync(IReadOnlyList<Amount> nodes, LoadContext context) =>
            new(nodes.ToDictionary(node => node, node => new Item(node.Text)));

        private string Text => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    private sealed record CaseBlind(string Name) : Node<Item>, INodePolicy
    {
        public override NodeKey Key => Name;

        public override ValueTask<Item> LoadAsync(LoadContext context) => new(new Item(Name));

        public bool Equals(CaseBlind? other) => string.Equals(Name, other?.Name, StringComparison.OrdinalIgnoreCase);

        public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local");
    }

    private sealed record TextNode(string Text) : Node<Item>, INodePolicy
    {
        public override NodeKey Key => Text;

        public override ValueTask<Item> LoadAsync(LoadContext context) => new(new Item(Text));

        public static void Configure(NodePolicyBuilder policy) => policy.Version("1").Cache("local").Cache("remote");
    }

    private sealed record First(int Id) : Node<Item>, INodePolicy
    {
        public override NodeKey Key => $"shared:{Id}";

        public override ValueTask<Item> LoadAsync(LoadContext context) => new(new Item("first"));

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").Cache("remote");
    }

    private sealed record Second(int Id) : Node<int>, INodePolicy
    {
        public override NodeKey Key => $"shared:{Id}";

        public override ValueTask<int> LoadAsync(LoadContext context) => new(2);

        public static void Configure(NodePolicyBuilder policy) => policy.Cache("local").Cache("remote");
    }

    private sealed record RenamedNode(int Id) : Node<Item>
    {
        public override NodeKey Key => $"item:{Id}";
    }
}
