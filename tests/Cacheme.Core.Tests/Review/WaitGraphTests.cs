using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Review;

/// <summary>Loads that wait for loads.</summary>
public sealed class WaitGraphTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Each waits for the two below it: the ways from top to bottom are as many as the 50th Fibonacci number.
    [Fact]
    public async Task Get_LoadsThatShareManyOthers_AreNotWalkedWayByWay()
    {
        var bottom = new Gate();
        var nodes = Cacheme.BuildNode<int>("fibonacci", policy => policy.Cache("local"));

        var top = GetAsync(50).AsTask();
        await bottom.Reached;
        bottom.Open();

        Assert.Equal(51, await top.WaitAsync(Patience.Limit, Ct));

        ValueTask<int> GetAsync(int n) => Cacheme.GetAsync(
            nodes.Key($"{n}"),
            async (CancellationToken token) =>
            {
                if (n < 2)
                {
                    await bottom.PassAsync(token);
                    return n + 1;
                }

                var depths = await Task.WhenAll(GetAsync(n - 1).AsTask(), GetAsync(n - 2).AsTask());
                return depths.Max() + 1;
            },
            Ct);
    }

    [Fact]
    public async Task GetAll_LoadAsksThroughAnotherForAKeyOfTheBatchThatIsDone_IsNoCircle()
    {
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("parent"), Ct);
        Source.Load = async (_, token) => (await Cacheme.GetAsync(new RemoteOnlyNode(1), token)).Text + ":child";

        var items = await Cacheme.GetAllAsync([new RemoteOnlyNode(1), new RemoteOnlyNode(2)], Ct);

        Assert.Equal(["parent", "parent:child"], items.Select(item => item.Text));
    }
}
