using Cacheme.Concurrency;
using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

/// <summary>A copy from a farther tier is as old as its source: it neither rules out a refresh or a set, nor overwrites one.</summary>
public sealed class RefreshOrderTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_RemoteHitOfAGetMeanwhile_IsStored()
    {
        var gate = new Gate();
        await SetRemoteOnlyAsync("old");
        Source.Load = async (_, token) =>
        {
            await gate.PassAsync(token);
            return "new";
        };

        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await gate.Reached;
        Assert.Equal("old", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
        gate.Open();
        Assert.Equal("new", (await refresh).Text);

        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Refresh_GetThatReadRemoteBeforeItEndsAfterIt_IsNotOverwritten()
    {
        var load = new Gate();
        var read = new Gate();
        await SetRemoteOnlyAsync("old");
        Source.Load = async (_, token) =>
        {
            await load.PassAsync(token);
            return "new";
        };
        var refresh = Cacheme.RefreshAsync(new ItemNode(1), Ct).AsTask();
        await load.Reached;
        Remote.AfterGet = () => read.PassAsync(Ct);
        var get = Cacheme.GetAsync(new ItemNode(1), Ct).AsTask();
        await read.Reached;

        load.Open();
        Assert.Equal("new", (await refresh).Text);
        read.Open();
        Assert.Equal("old", (await get).Text);

        Assert.Equal("new", (await Cacheme.GetAsync(new ItemNode(1), Ct)).Text);
    }

    [Fact]
    public async Task Refresh_GetWithoutLocalTierReadsTheOldValueMeanwhile_IsNotJoinedAfterwards()
    {
        var load = new Gate();
        var read = new Gate();
        await Cacheme.SetAsync(new RemoteOnlyNode(1), new Item("old"), Ct);
        Source.Load = async (_, token) =>
        {
            await load.PassAsync(token);
            return "new";
        };
        var refresh = Cacheme.RefreshAsync(new RemoteOnlyNode(1), Ct).AsTask();
        await load.Reached;
        Remote.AfterGet = () => read.PassAsync(Ct);
        var before = Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask();
        await read.Reached;

        load.Open();
        await refresh;
        var after = Cacheme.GetAsync(new RemoteOnlyNode(1), Ct).AsTask();
        read.Open();

        Assert.Equal(("old", "new"), ((await before).Text, (await after).Text));
    }

    [Fact]
    public async Task Get_WithoutLocalTierWhileARefreshIsWritten_TakesItsValueWithoutALoad()
    {
        var write = new Gate();
        Remote.Before = (operation, token) => operation == "set" ? write.PassAsync(token) : Task.CompletedTask;
        await Cacheme.RefreshAsync(new RemoteOnlyNode(1), Ct);
        await write.Reached;

        var value = await Cacheme.GetAsync(new RemoteOnlyNode(1), Ct);
        write.Open();

        Assert.Equal("1#1", value.Text);
    }

    // A get that starts between a set's new generation and its commit may still read what was there before.
    [Fact]
    public void TryCommitCopy_CommittedSinceItsStart_IsRefused()
    {
        var table = new SingleFlight<int>("label");
        var set = table.LeadStandIn("key", mayLeave: false, supersede: true);
        var get = table.JoinOrLead("key", mayLeave: false, out _);

        Assert.True(set.TryCommit(overrides: true, () => { }));

        Assert.False(get.TryCommitCopy(() => { }));
        table.JoinOrLead("key", mayLeave: false, out var leads);
        Assert.True(leads);
    }

    private async Task SetRemoteOnlyAsync(string text)
    {
        await Cacheme.SetAsync(new ItemNode(1), new Item(text), Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2)); // The local entry has expired; the remote one has not.
    }
}
