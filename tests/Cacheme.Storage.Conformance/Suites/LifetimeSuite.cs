namespace Cacheme.Storage.Conformance.Suites;

/// <summary>Lives that are prolonged without their values.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class LifetimeSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Lifetimes_AreThereWhereTheBackendSaysSo() => Assert.Equal(Backend.HasLifetimes, Storage.Lifetimes is not null);

    [Fact]
    public async Task Prolong_ALife_EndsThatMuchAfterIt()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await SetAsync("a", [1, 2, 3], Minute * 2);
        await SetAsync("b", [4], Minute * 2);
        await ElapseAsync(Minute);

        await lifetimes.ProlongAsync([Key("a")], Minute * 3, Token);

        await ElapseAsync((Minute * 3) - TimeSpan.FromMilliseconds(1) - ClockError);
        Assert.Equal([1, 2, 3], Bytes(await GetAsync("a")));
        Assert.False((await GetAsync("b")).Exists);
        await ElapseAsync(TimeSpan.FromMilliseconds(1) + (2 * ClockError));
        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task Prolong_OverAndOver_GoesOn()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await SetAsync("a", [1], Minute * 2);
        for (var i = 0; i < 5; i++)
        {
            await ElapseAsync(Minute);
            await lifetimes.ProlongAsync([Key("a")], Minute * 2, Token);
        }

        Assert.Equal([1], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Prolong_WhatLivesLonger_IsNotShortened()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await SetAsync("longer", [1], Minute * 10);
        await SetAsync("for ever", [2]);

        await lifetimes.ProlongAsync([Key("longer"), Key("for ever")], Minute, Token);

        await ElapseAsync(Minute * 5);
        Assert.Equal([1], Bytes(await GetAsync("longer")));
        await ElapseAsync(TimeSpan.FromDays(1));
        Assert.Equal([2], Bytes(await GetAsync("for ever")));
    }

    [Fact]
    public async Task Prolong_WhatIsNotThere_MakesNothing()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await SetAsync("expired", [1], Minute);
        await SetAsync("removed", [1], Minute * 10);
        await Storage.RemoveAsync([Key("removed")], Token);
        await ElapseAsync(Minute + ClockError);

        await lifetimes.ProlongAsync([Key("expired"), Key("removed"), Key("never")], Minute, Token);

        var values = await Storage.GetAsync([Key("expired"), Key("removed"), Key("never")], Token);
        Assert.DoesNotContain(values, static value => value.Exists);
    }

    [Fact]
    public async Task Prolong_AfterANewWrite_KeepsTheNewValue()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await SetAsync("a", [1], Minute);
        await (await OtherAsync()).SetAsync([Write("a", [2], Minute)], Token);

        await lifetimes.ProlongAsync([Key("a")], Minute * 10, Token);

        await ElapseAsync(Minute * 5);
        Assert.Equal([2], Bytes(await GetAsync("a")));
    }

    [Fact]
    public async Task Prolong_ManyKeysAtOnce_ProlongsEach()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        string[] names = [.. Enumerable.Range(0, 1_500).Select(static i => $"key {i}")];
        await Storage.SetAsync([.. names.Select(name => Write(name, [1], Minute * 2))], Token);

        await lifetimes.ProlongAsync([.. names.Append("key 1").Append("nothing").Select(Key)], Minute * 10, Token);

        await ElapseAsync(Minute * 5);
        Assert.All(await Storage.GetAsync([.. names.Select(Key)], Token), static value => Assert.True(value.Exists));
    }

    [Fact]
    public async Task Prolong_TokenHasFired_Throws()
    {
        if (Storage.Lifetimes is not { } lifetimes)
        {
            return;
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => lifetimes.ProlongAsync([Key("a")], Minute, new CancellationToken(canceled: true)).AsTask());
    }
}
