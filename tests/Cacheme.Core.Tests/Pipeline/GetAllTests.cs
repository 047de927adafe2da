using Cacheme.Testing;
using Cacheme.Tests.Rules;

namespace Cacheme.Tests.Pipeline;

public sealed class GetAllTests : RuleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAll_AnswersInTheOrderAskedWithDuplicatesRepeated()
    {
        Source.LoadMany = (ids, _) => Task.FromResult(ids.ToDictionary(id => id, id => $"{id}"));

        var values = await Cacheme.GetAllAsync(((int[])[3, 1, 3, 2, 1]).Select(id => new BatchNode(id)), Ct);

        Assert.Equal(["3", "1", "3", "2", "1"], values.Select(value => value.Text));
        Assert.Equal([3, 1, 2], Assert.Single(Source.Batches));
    }

    [Fact]
    public async Task GetAll_AsksEachTierOnceAndLoadsOnlyWhatIsMissing()
    {
        await Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2)], Ct);
        Fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await Cacheme.GetAsync(new BatchNode(1), Ct); // Brings 1 back into the local tier.
        Remote.Calls.Clear();
        Source.Batches.Clear();

        await Cacheme.GetAllAsync(Enumerable.Range(1, 4).Select(id => new BatchNode(id)), Ct);

        var read = Assert.Single(Remote.Calls, call => call.Operation == "get");
        Assert.Equal(["cacheme:batch:2:", "cacheme:batch:3:", "cacheme:batch:4:"], read.Keys);
        Assert.Equal([3, 4], Assert.Single(Source.Batches));
        var write = Assert.Single(Remote.Calls, call => call.Operation == "set");
        Assert.Equal(2, write.Keys.Count);
        Assert.Equal(1, Cacheme.Stats<BatchNode>().HitsByStorage["local"]);
    }

    [Fact]
    public async Task GetAll_KeyLeftOutByTheBatchLoad_FailsTheCallAfterTheOthersAreStored()
    {
        Source.LoadMany = (ids, _) => Task.FromResult(ids.Where(id => id != 2).ToDictionary(id => id, id => $"{id}"));

        await Assert.ThrowsAsync<KeyNotFoundException>(() => Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2), new BatchNode(3)], Ct).AsTask());

        Assert.True((await Cacheme.TryGetAsync(new BatchNode(1), Ct)).Found);
        Assert.False((await Cacheme.TryGetAsync(new BatchNode(2), Ct)).Found);
        Assert.True((await Cacheme.TryGetAsync(new BatchNode(3), Ct)).Found);
    }

    [Fact]
    public async Task GetAll_OneSingleLoadFails_FailsTheCallAfterTheOthersAreStored()
    {
        Source.Load = (id, _) => id == 2 ? throw new InvalidDataException("two") : Task.FromResult($"{id}");

        await Assert.ThrowsAsync<InvalidDataException>(() => Cacheme.GetAllAsync([new ItemNode(1), new ItemNode(2), new ItemNode(3)], Ct).AsTask());

        Assert.True((await Cacheme.TryGetAsync(new ItemNode(1), Ct)).Found);
        Assert.True((await Cacheme.TryGetAsync(new ItemNode(3), Ct)).Found);
        Assert.Equal((3, 3), (Cacheme.Stats<ItemNode>().RequestCount, Cacheme.Stats<ItemNode>().LoadCount));
    }

    [Fact]
    public async Task GetAll_OverlappingCallsWhileTheLoadsAreHeld_LoadEachKeyOnce()
    {
        var gate = new Gate();
        Source.LoadMany = async (ids, token) =>
        {
            await gate.PassAsync(token);
            return ids.ToDictionary(id => id, id => $"{id}");
        };
        var calls = Enumerable.Range(0, 50)
            .Select(call => Cacheme.GetAllAsync(Enumerable.Range(call, 10).Reverse().Select(id => new BatchNode(id)), Ct).AsTask()).ToList();
        gate.Open();
        var answers = await Task.WhenAll(calls).WaitAsync(Patience.Limit, Ct);

        for (var call = 0; call < 50; call++)
        {
            Assert.Equal(Enumerable.Range(call, 10).Reverse().Select(id => $"{id}"), answers[call].Select(value => value.Text));
        }

        Assert.Equal(Enumerable.Range(0, 59), Source.Batches.SelectMany(ids => ids).Order());
    }

    [Fact]
    public async Task GetAll_NodesOfSeveralTypes_AnswersInTheOrderAsked()
    {
        Source.Load = (id, _) => Task.FromResult($"{id}");

        var values = await Cacheme.GetAllAsync<Item>([new ItemNode(1), new RemoteOnlyNode(2), new ItemNode(3)], Ct);

        Assert.Equal(["1", "2", "3"], values.Select(value => value.Text));
    }

    [Fact]
    public async Task GetAll_Nothing_AnswersNothing() => Assert.Empty(await Cacheme.GetAllAsync(Array.Empty<ItemNode>(), Ct));

    [Fact]
    public async Task GetAll_CallerLeavesWhileAnotherWaitsForOneKey_TheLoadGoesOnForIt()
    {
        var gate = new Gate();
        Source.LoadMany = async (ids, token) =>
        {
            await gate.PassAsync(token);
            return ids.ToDictionary(id => id, id => $"{id}");
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var leaver = Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2)], leave.Token).AsTask();
        var stayer = Cacheme.GetAsync(new BatchNode(2), Ct).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        gate.Open();

        Assert.Equal("2", (await stayer.WaitAsync(Patience.Limit, Ct)).Text);
        Assert.Equal(1, Source.Loads);
    }

    [Fact]
    public async Task GetAll_EverybodyLeaves_TheBatchLoadIsStopped()
    {
        var gate = new Gate();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Source.LoadMany = async (_, token) =>
        {
            try
            {
                await gate.PassAsync(token);
            }
            finally
            {
                stopped.SetResult();
            }

            return [];
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var leaver = Cacheme.GetAllAsync([new BatchNode(1), new BatchNode(2)], leave.Token).AsTask();
        await gate.Reached;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        await stopped.Task.WaitAsync(Patience.Limit, Ct);
    }
}
