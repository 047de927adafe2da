namespace Cacheme.Storage.Conformance.Suites;

/// <summary>How long values live.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class TimeToLiveSuite(BackendFixture fixture) : StorageSuite(fixture)
{
    [Theory]
    [InlineData(30_250)]
    [InlineData(61_500)]
    public async Task TimeToLive_Over_IsAbsentToTheMillisecond(int milliseconds)
    {
        var life = TimeSpan.FromMilliseconds(milliseconds);
        await SetAsync("a", [1], life);
        await SetAsync("for ever", [2]);

        await ElapseAsync(life - TimeSpan.FromMilliseconds(1) - ClockError);
        Assert.True((await GetAsync("a")).Exists);

        await ElapseAsync(TimeSpan.FromMilliseconds(1) + (2 * ClockError));
        Assert.False((await GetAsync("a")).Exists);
        var values = await Storage.GetAsync([Key("a"), Key("for ever")], Token);
        Assert.Equal([false, true], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task TimeToLive_UnderAMillisecond_IsAcceptedAndEnds()
    {
        await SetAsync("a", [1], TimeSpan.FromTicks(1));

        await ElapseAsync(TimeSpan.FromMilliseconds(1) + ClockError);

        Assert.False((await GetAsync("a")).Exists);
    }

    [Fact]
    public async Task TimeToLive_EachWrite_BeginsAnew()
    {
        var life = TimeSpan.FromMilliseconds(300);
        await Storage.SetAsync([Write("longer", [1], life), Write("for ever", [1], life), Write("shorter", [1])], Token);

        await Storage.SetAsync([Write("longer", [2], TimeSpan.FromHours(1)), Write("for ever", [2]), Write("shorter", [2], life)], Token);

        await ElapseAsync(life + ClockError);
        var values = await Storage.GetAsync([Key("longer"), Key("for ever"), Key("shorter")], Token);
        Assert.Equal([true, true, false], values.Select(value => value.Exists));
    }

    [Fact]
    public async Task Set_AfterTheLifeEnded_IsThereAgain()
    {
        await SetAsync("a", [1], TimeSpan.FromMilliseconds(1));
        await ElapseAsync(TimeSpan.FromMilliseconds(1) + ClockError);

        await SetAsync("a", [2]);

        Assert.Equal([2], Bytes(await GetAsync("a")));
    }
}
