namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Leases: of two storages of one server, as two processes have, one holds a key's lease.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class LeaseSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Leases_AreThereWhereTheBackendSaysSo() => Assert.Equal(Backend.HasLeases, Storage.Leases is not null);

    [Fact]
    public async Task Take_OfTwoProcesses_OneHoldsItUntilItIsGivenBack()
    {
        if (await LeasesAsync() is not var (one, other))
        {
            return;
        }

        var first = await one.TryTakeAsync(Key("a"), Minute, Token);
        Assert.True(first > 0);
        Assert.Equal(0, await other.TryTakeAsync(Key("a"), Minute, Token));
        Assert.Equal(0, await one.TryTakeAsync(Key("a"), Minute, Token));
        Assert.True(await other.TryTakeAsync(Key("b"), Minute, Token) > 0);

        await one.ReleaseAsync(Key("a"), first, Token);
        Assert.True(await other.TryTakeAsync(Key("a"), Minute, Token) > first);
    }

    [Fact]
    public async Task Take_ByManyAtOnce_OneGetsIt()
    {
        if (await LeasesAsync() is not var (one, other))
        {
            return;
        }

        for (var round = 0; round < 10; round++)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
                await (i % 2 == 0 ? one : other).TryTakeAsync(Key($"round {round}"), Minute, Token))));

            Assert.Single(taken, generation => generation > 0);
        }
    }

    [Fact]
    public async Task Take_AfterItsTime_IsAnotherGeneration_AndTheFormerOneChangesNothing()
    {
        if (await LeasesAsync() is not var (one, other))
        {
            return;
        }

        var first = await one.TryTakeAsync(Key("a"), Minute, Token);
        await ElapseAsync(Minute + ClockError);

        var second = await other.TryTakeAsync(Key("a"), Minute + ClockError, Token);
        Assert.True(second > first);
        Assert.False(await one.TryExtendAsync(Key("a"), first, Minute, Token));
        await one.ReleaseAsync(Key("a"), first, Token);
        Assert.Equal(0, await one.TryTakeAsync(Key("a"), Minute, Token));
        Assert.True(await other.TryExtendAsync(Key("a"), second, Minute, Token));
    }

    [Fact]
    public async Task Extend_WhileItIsHeld_HoldsItForLonger()
    {
        if (await LeasesAsync() is not var (one, other))
        {
            return;
        }

        var generation = await one.TryTakeAsync(Key("a"), Minute, Token);
        await ElapseAsync(Minute / 2);
        Assert.True(await one.TryExtendAsync(Key("a"), generation, Minute, Token));
        await ElapseAsync(Minute / 2);

        Assert.Equal(0, await other.TryTakeAsync(Key("a"), Minute, Token));
        Assert.False(await other.TryExtendAsync(Key("a"), generation + 1, Minute, Token));
    }

    [Fact]
    public async Task Lease_OfAKey_IsNoEntry()
    {
        if (await LeasesAsync() is not var (one, _))
        {
            return;
        }

        await SetAsync("a", [7]);
        var generation = await one.TryTakeAsync(Key("a"), Minute, Token);
        await Storage.RemoveAsync([Key("a")], Token);

        Assert.False((await GetAsync("a")).Exists);
        Assert.True(await one.TryExtendAsync(Key("a"), generation, Minute, Token));
    }

    // Null where the storage has none; the first test says which do.
    private async Task<(IStorageLeases One, IStorageLeases Other)?> LeasesAsync() =>
        Storage.Leases is { } one && (await OtherAsync()).Leases is { } other ? (one, other) : null;
}
