using Cacheme.Servers;
using Cacheme.Storage;

namespace Cacheme.Redis.Tests;

/// <summary>Slots that get another master, as planned: no caller sees it.</summary>
public sealed class RedisReshardTests(RedisClusterFixture fixture) : IClassFixture<RedisClusterFixture>, IAsyncLifetime
{
    private RedisStorage? _storage;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RedisStorage Storage => _storage ?? throw new InvalidOperationException("It is opened by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        _storage = fixture.Open();
        await _storage.ConnectAsync(Cancel);
    }

    public ValueTask DisposeAsync() => Storage.DisposeAsync();

    [Fact]
    public async Task Operations_SlotHalfMoved_AnswerAsAlways()
    {
        await SetAsync("{half}gone", "{half}here", "{half}old");
        await fixture.Database.ListLeftPushAsync("{half}list", "item");
        var move = await BeginMoveAsync("{half}");
        await move.MoveKeyAsync("{half}gone");

        // As a batch these are refused with TRYAGAIN, since no node has all of them.
        string[] keys = ["{half}gone", "{half}here", "{half}absent", "{half}list", "elsewhere", "{half}gone"];
        Assert.Equal([true, true, false, false, false, true], (await Storage.GetAsync(keys, Cancel)).Select(value => value.Exists));
        Assert.Equal("{half}gone", (await Storage.GetAsync("{half}gone", Cancel)).Text());
        Assert.Equal("{half}here", (await Storage.GetAsync("{half}here", Cancel)).Text());
        await SetAsync("{half}new", "{half}old", "{half}gone");
        await Storage.RemoveAsync(["{half}gone", "{half}here", "{half}absent"], Cancel);
        Assert.Equal(
            [false, false, true, true],
            (await Storage.GetAsync(["{half}gone", "{half}here", "{half}new", "{half}old"], Cancel)).Select(value => value.Exists));

        await move.MoveKeysAsync();
        await move.EndAsync();
        Assert.Equal(
            [false, false, true, true],
            (await Storage.GetAsync(["{half}gone", "{half}here", "{half}new", "{half}old"], Cancel)).Select(value => value.Exists));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("get many")]
    [InlineData("set")]
    [InlineData("remove")]
    [InlineData("remove many")]
    public async Task Operations_SlotMoved_FindIt(string operation)
    {
        var tag = $"{{{operation}}}";
        await SetAsync(tag + 1, tag + 2);
        await fixture.Cluster.MoveAsync(await fixture.Cluster.SlotOfAsync(tag), await fixture.OtherMasterAsync(await fixture.Cluster.SlotOfAsync(tag)));

        await (operation switch
        {
            "get" => Storage.GetAsync([tag + 1], Cancel).AsTask(),
            "get many" => Storage.GetAsync([tag + 1, tag + 2], Cancel).AsTask(),
            "set" => SetAsync(tag + 1),
            "remove" => Storage.RemoveAsync([tag + 3], Cancel).AsTask(),
            _ => Storage.RemoveAsync([tag + 3, tag + 4], Cancel).AsTask(),
        });

        Assert.Equal([tag + 1, tag + 2], (await Storage.GetAsync([tag + 1, tag + 2], Cancel)).Select(value => value.Text()));
    }

    [Fact]
    public async Task Operations_NodesDisagree_WaitUntilTheyAgree()
    {
        await SetAsync("{argued}");
        var move = await BeginMoveAsync("{argued}");
        await move.MoveKeysAsync();

        // The old master sends everybody to the new one, and that one back.
        await move.EndAtOldMasterAsync();
        var read = Storage.GetAsync(["{argued}"], Cancel).AsTask();
        var write = SetAsync("{argued}2");
        await move.EndAsync();

        Assert.Equal("{argued}", Assert.Single(await read).Text());
        await write;
        Assert.Equal("{argued}2", (await Storage.GetAsync("{argued}2", Cancel)).Text());
    }

    [Fact]
    public async Task Operations_ReshardUnderLoad_NoneFailsAndNoneIsWrong()
    {
        string[] tags = ["{moving}", "{on}", "{its}", "{way}", "{and}", "still", "others"];
        var load = StorageLoad.Start(Storage, tags);
        await load.RunAsync(200);

        for (var round = 0; round < 6; round++)
        {
            foreach (var tag in tags.Where(tag => tag[0] == '{'))
            {
                var move = await BeginMoveAsync(tag);
                await load.RunAsync(20);
                await move.MoveKeysAsync();
                await load.RunAsync(20);
                await move.MoveKeysAsync();
                await move.EndAsync();
            }
        }

        await load.RunAsync(200);
        await load.EndAsync();
        Assert.Empty(load.Failures);
        Assert.Empty(load.WrongValues);
    }

    [Fact]
    public async Task Operations_PlannedFailoversUnderLoad_NoneFailsAndNoneIsWrong()
    {
        var load = StorageLoad.Start(Storage, "a", "b", "c", "d", "e");
        await load.RunAsync(200);

        foreach (var master in await fixture.Cluster.MastersAsync())
        {
            await fixture.Cluster.FailOverAsync(master);
            await load.RunAsync(200);
            await fixture.Cluster.WaitUntilWholeAsync();
        }

        await load.EndAsync();
        Assert.Empty(load.Failures);
        Assert.Empty(load.WrongValues);
    }

    private async Task<RedisSlotMove> BeginMoveAsync(string key)
    {
        var slot = await fixture.Cluster.SlotOfAsync(key);
        return await fixture.Cluster.BeginMoveAsync(slot, await fixture.OtherMasterAsync(slot));
    }

    /// <summary>Writes keys whose values are the keys.</summary>
    private Task SetAsync(params string[] keys) =>
        Storage.SetAsync([.. keys.Select(key => new StorageWrite(key, System.Text.Encoding.UTF8.GetBytes(key), null))], Cancel).AsTask();
}
