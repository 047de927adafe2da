using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

public sealed class DoorKeeperTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DynamicNode<Item> Guarded => _guarded ??= Cacheme.BuildNode<Item>(
        "guarded", policy => policy.Cache("local", TimeSpan.FromMinutes(1)).Cache("remote").DoorKeeper(capacity: 100)).Key("1");

    private DynamicNode<Item>? _guarded;
    private int _loads;

    [Fact]
    public async Task Get_FirstSight_IsNotCachedAndTheSecondIs()
    {
        await GetAsync();
        Assert.Empty(Remote.Keys);
        await GetAsync();
        Assert.Single(Remote.Keys);
        await GetAsync();

        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task Get_ManyCallersOfOneFlight_AreOneSighting()
    {
        var gate = new Gate();
        var calls = Enumerable.Range(0, 10).Select(_ => Cacheme.GetAsync(
            Guarded,
            async token =>
            {
                await gate.PassAsync(token);
                return new Item("held");
            },
            Ct).AsTask()).ToList();
        gate.Open();
        await Task.WhenAll(calls);

        Assert.Empty(Remote.Keys);
    }

    [Fact]
    public async Task Set_IsNotStoppedAtTheDoor()
    {
        await Cacheme.SetAsync(Guarded, new Item("set"), Ct);

        Assert.Equal("set", (await Cacheme.TryGetAsync(Guarded, Ct)).Value.Text);
        Assert.Single(Remote.Keys);
    }

    [Fact]
    public async Task Refresh_IsNotStoppedAtTheDoor()
    {
        await using var fixture = new CacheFixture(
            cacheme => cacheme.AddNode<ItemNode>(policy => policy.Cache("remote").DoorKeeper(capacity: 100)),
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, Source));

        await fixture.Cacheme.RefreshAsync(new ItemNode(1), Ct);

        Assert.Single(fixture.Remote.Keys);
    }

    private async Task GetAsync() => await Cacheme.GetAsync(
        Guarded,
        token =>
        {
            _loads++;
            return new ValueTask<Item>(new Item("loaded"));
        },
        Ct);
}
