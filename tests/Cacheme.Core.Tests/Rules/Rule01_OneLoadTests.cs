using Cacheme.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 1: one load, however many callers; value or exception reaches all who joined.</summary>
public sealed class Rule01_OneLoadTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Twice_LoadsOnce()
    {
        Assert.Equal("7#1", (await Cacheme.GetAsync(new ItemNode(7), Ct)).Text);
        Assert.Equal("7#1", (await Cacheme.GetAsync(new ItemNode(7), Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task Get_ThousandCallersWhileTheLoadIsHeld_OneLoad()
    {
        var gate = new Gate();
        Source.Load = async (id, token) =>
        {
            await gate.PassAsync(token);
            return "the one";
        };

        var calls = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => Cacheme.GetAsync(new ItemNode(1), Ct).AsTask(), Ct)).ToList();
        await gate.Reached;
        await WaitUntil(() => Fixture.Cacheme.Stats<ItemNode>().RequestCount == 0 && Joined() == 1000);
        gate.Open();

        var values = await Task.WhenAll(calls).WaitAsync(Patience.Limit, Ct);
        Assert.All(values, value => Assert.Same(values[0], value));
        Assert.Equal(1, Source.Loads);
        var stats = Cacheme.Stats<ItemNode>();
        Assert.Equal((1000, 1000, 999, 1), (stats.RequestCount, stats.MissCount, stats.CollapsedCount, stats.LoadCount));

        int Joined() => calls.Count; // The flight's own count of waiters is not visible; late callers would hit the cache and not be collapsed.
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }
}
