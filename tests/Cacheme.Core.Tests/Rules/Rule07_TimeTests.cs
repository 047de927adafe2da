using Cacheme.DependencyInjection;
using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 7: time is the TimeProvider's; no ttl means no expiry; remaining life only shrinks towards nearer tiers.</summary>
public sealed class Rule07_TimeTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(60_000)]
    public async Task Get_LocalTimeToLive_EndsToTheMillisecond(int milliseconds)
    {
        var node = Cacheme.BuildNode<Item>("timed", policy => policy.Cache("local", TimeSpan.FromMilliseconds(milliseconds))).Key("1");
        await Cacheme.SetAsync(node, new Item("here"), Ct);

        Fixture.Time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.True((await Cacheme.TryGetAsync(node, Ct)).Found);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Get_NoTimeToLive_NeverExpires()
    {
        var node = Cacheme.BuildNode<Item>("timeless", policy => policy.Cache("local").Cache("remote")).Key("1");
        await Cacheme.SetAsync(node, new Item("here"), Ct);

        Fixture.Time.Advance(TimeSpan.FromDays(3650));

        Assert.True((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Get_FromAFartherTier_IsKeptNearNoLongerThanItHasLeft()
    {
        var node = Cacheme.BuildNode<Item>("shrinking", policy => policy
            .Cache("local", TimeSpan.FromMinutes(10)).Cache("middle", TimeSpan.FromMinutes(30)).Cache("remote", TimeSpan.FromMinutes(60))).Key("1");
        await Cacheme.SetAsync(node, new Item("here"), Ct);

        // The nearer tiers have let it go; the remote one has it for another five minutes.
        Fixture.Time.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal("here", (await Cacheme.GetAsync(node, _ => throw new InvalidOperationException("not asked"), Ct)).Text);
        var near = Cacheme.Stats("shrinking").HitsByStorage;
        Assert.Equal((0, 0, 1), (near["local"], near["middle"], near["remote"]));

        Fixture.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("here", (await Cacheme.GetAsync(node, _ => throw new InvalidOperationException("not asked"), Ct)).Text);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await Cacheme.TryGetAsync(node, Ct)).Found);
    }

    [Fact]
    public async Task Get_EachTier_HasATimeToLiveOfItsOwn()
    {
        await Cacheme.GetAsync(new ItemNode(1), Ct);

        Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        Assert.Equal(1, Cacheme.Stats<ItemNode>().HitsByStorage["remote"]);

        Fixture.Time.Advance(TimeSpan.FromHours(1));
        await Cacheme.GetAsync(new ItemNode(1), Ct);
        Assert.Equal(2, Source.Loads);
    }

    [Fact]
    public async Task Get_WhileTheWriteIsHeldLongerThanTheTimeToLive_IsNotServedTheFlightsOldValue()
    {
        var node = Cacheme.BuildNode<Item>("short", policy => policy.Cache("remote", TimeSpan.FromMilliseconds(50))).Key("1");
        var write = new Gate();
        Remote.Before = (operation, _) => operation == "set" ? write.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await Cacheme.GetAsync(node, _ => new ValueTask<Item>(new Item("first")), Ct);
        await write.Reached;

        Fixture.Time.Advance(TimeSpan.FromMilliseconds(50));
        await UntilAsync(() => Under(node) == 0);

        Assert.Equal("second", (await Cacheme.GetAsync(node, _ => new ValueTask<Item>(new Item("second")), Ct)).Text);
        write.Open();
    }

    protected override void Configure(CachemeBuilder cacheme) =>
        cacheme.AddStorage("middle", services => new FakeStorage((TimeProvider)services.GetService(typeof(TimeProvider))!));

    private static int Under(DynamicNode<Item> node) => ((global::Cacheme.Pipeline.ClassNodeCache<DynamicNode<Item>, Item>)node.Cache).KeysUnderWay;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
