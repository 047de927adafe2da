using Cacheme.Storage;

namespace Cacheme.MongoDB.Tests;

/// <summary>A server that is no longer the primary, or stops, says so instead of writing.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoStepDownTests(MongoFixture fixture) : MongoHarness(fixture)
{
    public static TheoryData<int> Codes => [10107, 11600, 91];

    // Nothing changes at this server that would be told at once, so it is known again with the next regular look.
    protected override ValueTask<IStorage> CreateAsync(TimeProvider time) => new(Make(connectionString: $"{Fixture.Server.ConnectionString}&heartbeatFrequencyMS=500", time: time));

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Set_TheServerHasSteppedDown_IsWritten(int code)
    {
        await SetAsync("warm", [1]);
        var before = await FailAsync(["update"], code);

        await SetAsync("a", [1]);

        Assert.Equal(before + 1, await StopFailingAsync());
        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Remove_TheServerHasSteppedDown_IsRemoved(int code)
    {
        await SetAsync("a", [1]);
        var before = await FailAsync(["delete"], code);

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.Equal(before + 1, await StopFailingAsync());
        Assert.False((await GetAsync("a")).Exists);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Operations_TheServerStepsDownBeforeTheOthersHaveHeard_AreDoneAgain(int code)
    {
        await SetAsync("a", [1]);
        var before = await FailConcernAsync(["update", "delete"], code);

        await SetAsync("a", [2]);

        Assert.Equal(before + 1, await FailConcernAsync(["update", "delete"], code));
        Assert.Equal([2], Bytes(await GetAsync("a")));

        await Storage.RemoveAsync([Key("a")], Token);

        Assert.Equal(before + 2, await StopFailingAsync());
        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Set_OverALargeValueAsTheServerStepsDown_IsWritten()
    {
        await SetAsync("a", new byte[MongoParts.Size + 1]);
        var before = await FailConcernAsync(["findAndModify"], 91);

        await SetAsync("a", [2]);

        Assert.Equal(before + 1, await StopFailingAsync());
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Remove_NobodyIsThePrimaryAnyMore_FailsAndSaysWhy()
    {
        await SetAsync("a", [1]);
        var before = await FailAsync(["delete"], 10107, times: 2);

        var failure = await Assert.ThrowsAsync<MongoStorageException>(async () => await Storage.RemoveAsync([Key("a")], Token));

        Assert.Equal(before + 2, await StopFailingAsync());
        Assert.Contains("10107", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key("a"), failure.ToString(), StringComparison.Ordinal);
    }
}
