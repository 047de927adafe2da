namespace Cacheme.MongoDB.Tests;

/// <summary>Two make the document of a key at once, and the server refuses the second one.</summary>
/// <param name="fixture">The server.</param>
[Collection<MongoSetup>]
public sealed class MongoContestTests(MongoFixture fixture) : MongoHarness(fixture)
{
    [Fact]
    public async Task Set_TheKeyIsContested_IsWritten()
    {
        await SetAsync("warm", [1]);
        var before = await FailAsync(["update"], MongoFaults.DuplicateKey, statement: 0);

        await SetAsync("a", [1]);

        Assert.Equal(before + 1, await StopFailingAsync());
        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Set_OneOfManyIsContested_AllAreWritten(int contested)
    {
        await SetAsync("warm", [1]);
        var before = await FailAsync(["update"], MongoFaults.DuplicateKey, statement: contested);

        await Storage.SetAsync([Write("0", [10]), Write("1", [11]), Write("2", [12])], Token);

        Assert.Equal(before + 1, await StopFailingAsync());
        var values = await Storage.GetAsync([Key("0"), Key("1"), Key("2")], Token);
        Assert.Equal([10, 11, 12], values.Select(value => Assert.Single(Bytes(value))));
    }

    [Fact]
    public async Task Set_TheKeyIsContestedAgainAndAgain_IsWritten()
    {
        await SetAsync("warm", [1]);
        var before = await FailAsync(["update", "findAndModify"], MongoFaults.DuplicateKey, times: 3, statement: 0);

        await SetAsync("a", [1]);

        Assert.Equal(before + 3, await StopFailingAsync());
        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Set_TheKeyIsContestedForEver_FailsAndSaysNoKey()
    {
        await SetAsync("warm", [1]);
        var before = await FailAsync(["update", "findAndModify"], MongoFaults.DuplicateKey, times: 1 + MongoWrite.MaxTries, statement: 0);

        var failure = await Assert.ThrowsAsync<MongoStorageException>(() => SetAsync("a", [1]).AsTask());

        Assert.Equal(before + 1 + MongoWrite.MaxTries, await StopFailingAsync());
        Assert.Contains("11000", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key("a"), failure.ToString(), StringComparison.Ordinal);
    }
}
