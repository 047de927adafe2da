using Cacheme.Testing;

namespace Cacheme.Tests.Pipeline;

/// <summary>What a caller is told of a value beside it, and what stays in memory with it.</summary>
public sealed class AnswerTests : Rules.RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private INodeCache<ItemNode, Item> Cache => Fixture.Cache<ItemNode, Item>();

    [Fact]
    public async Task Answer_Loaded_NamesNoStorageAndTheTimeOfTheNearest()
    {
        var answer = await LoadAsync(new("loaded"));

        Assert.Equal("loaded", answer.Lookup.Value.Text);
        Assert.Equal((null, true, false), (answer.Storage, answer.IsStored, answer.IsCollapsed));
        Assert.Equal((Fixture.Time.GetUtcNow(), TimeSpan.FromMinutes(1)), (answer.LoadedAt, answer.TimeToLive));
    }

    [Fact]
    public async Task TryAnswer_InMemory_NamesTheStorageTheAgeAndWhatIsLeft()
    {
        var loaded = Fixture.Time.GetUtcNow();
        await LoadAsync(new("loaded"));
        Fixture.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.True(Cache.TryAnswer(new ItemNode(1), out var answer));

        Assert.Equal(("local", loaded, TimeSpan.FromSeconds(40)), (answer.Storage, answer.LoadedAt, answer.TimeToLive));
        Assert.Equal(1, Cache.Stats.HitCount);
    }

    [Fact]
    public async Task TryAnswer_NotInMemory_IsNotCounted()
    {
        await LoadAsync(new("loaded"));
        var requests = Cache.Stats.RequestCount;

        Assert.False(Cache.TryAnswer(new ItemNode(2), out var answer));

        Assert.Equal((false, requests), (answer.TryGetValue(out _), Cache.Stats.RequestCount));
    }

    [Fact]
    public async Task Answer_InARemoteTier_NamesItAndTheTimeOfTheLoad()
    {
        var loaded = Fixture.Time.GetUtcNow();
        await LoadAsync(new("loaded"));
        Fixture.Time.Advance(TimeSpan.FromMinutes(59.5));

        var answer = await LoadAsync(new("again"));

        Assert.Equal(("loaded", "remote", loaded), (answer.Lookup.Value.Text, answer.Storage, answer.LoadedAt));
        Assert.Equal(TimeSpan.FromSeconds(30), answer.TimeToLive); // what is left there, and less than the minute of memory
        Assert.True(Cache.TryAnswer(new ItemNode(1), out var again));
        Assert.Equal((loaded, TimeSpan.FromSeconds(30)), (again.LoadedAt, again.TimeToLive));
    }

    [Fact]
    public async Task Answer_NothingToShare_IsStoredNowhere()
    {
        var answer = await Cache.AnswerAsync(new ItemNode(1), _ => new(CacheLookup<Item>.None), Ct);

        Assert.Equal((false, false, null, null), (answer.TryGetValue(out _), answer.IsStored, answer.LoadedAt, answer.TimeToLive));
    }

    [Fact]
    public async Task Answer_InvalidatedWhileItLoads_IsNotSaidToBeStored()
    {
        var gate = new Gate();
        var asked = Cache.AnswerAsync(new ItemNode(1), async _ =>
        {
            await gate.PassAsync(CancellationToken.None);
            return new(true, new Item("old"));
        }, Ct).AsTask();
        await gate.Reached;

        await Cache.InvalidateAsync(new ItemNode(1), Ct);
        gate.Open();
        var answer = await asked;

        Assert.Equal(("old", false, null), (answer.Lookup.Value.Text, answer.IsStored, answer.TimeToLive));
    }

    [Fact]
    public async Task Answer_Joined_SaysSo()
    {
        var gate = new Gate();
        var first = Cache.AnswerAsync(new ItemNode(1), async _ =>
        {
            await gate.PassAsync(CancellationToken.None);
            return new(true, new Item("one"));
        }, Ct).AsTask();
        await gate.Reached;
        var second = LoadAsync(new("two"));

        gate.Open();

        Assert.Equal((false, true, "one"), ((await first).IsCollapsed, (await second).IsCollapsed, (await second).Lookup.Value.Text));
    }

    [Theory]
    [InlineData("invalidate")]
    [InlineData("replace")]
    [InlineData("expire")]
    [InlineData("evict")]
    public async Task Keep_TheValueLeaves_TheCompanionGoesWithItOnce(string how)
    {
        await LoadAsync(new("loaded"));
        var companion = new Companion();
        Assert.True(Cache.TryAnswer(new ItemNode(1), out var answer));
        Assert.True(answer.TryKeep(companion));
        Assert.False(answer.TryKeep(new Companion()));
        Assert.True(Cache.TryAnswer(new ItemNode(1), out var again));
        Assert.Same(companion, again.Companion);

        switch (how)
        {
            case "invalidate": await Cache.InvalidateAsync(new ItemNode(1), Ct); break;
            case "replace": await Cache.SetAsync(new ItemNode(1), new Item("new"), Ct); break;
            case "expire": Fixture.Time.Advance(TimeSpan.FromMinutes(2)); break;
            default:
                for (var id = 2; id < 5000; id++)
                {
                    await Cache.SetAsync(new ItemNode(id), new Item("other"), Ct);
                }

                break;
        }

        Assert.Equal(1, companion.Disposed);
        Assert.False(answer.TryKeep(new Companion()));
        Assert.False(Cache.TryAnswer(new ItemNode(1), out again) && again.Companion is not null);
    }

    [Fact]
    public async Task Keep_OfAValueThatIsNotInMemory_IsRefused()
    {
        var answer = await LoadAsync(new("loaded"));

        Assert.False(answer.TryKeep(new Companion()));
        Assert.Null(answer.Companion);
    }

    private Task<CacheAnswer<Item>> LoadAsync(Item item) => Cache.AnswerAsync(new ItemNode(1), _ => new(new CacheLookup<Item>(true, item)), Ct).AsTask();

    private sealed class Companion : IDisposable
    {
        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
