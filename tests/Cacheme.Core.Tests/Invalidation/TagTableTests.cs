using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

public sealed class TagTableTests
{
    [Fact]
    public void IsStale_BeforeTheLogWasRead_Always() => Assert.True(new TagTable(10).IsStale(["tag"], known: 1_000));

    [Fact]
    public void IsStale_LoadedBeforeTheRemoval_ButNotAfter()
    {
        var table = Begun();
        table.Add("tag", number: 5, now: 0);

        Assert.True(table.IsStale(["other", "tag"], known: 4));
        Assert.False(table.IsStale(["other", "tag"], known: 5));
        Assert.False(table.IsStale(["other"], known: 4));
    }

    [Fact]
    public void IsStale_LoadedBeforeTheOldestRecord_Always() => Assert.True(Begun(oldest: 3).IsStale(["other"], known: 2));

    [Fact]
    public void Add_AnEarlierRemoval_ChangesNothing()
    {
        var table = Begun();
        table.Add("tag", number: 5, now: 0);
        table.Add("tag", number: 4, now: 1);

        Assert.True(table.IsStale(["tag"], known: 4));
    }

    [Fact]
    public void Add_MoreThanFit_TheOldestBecomeTheFloor()
    {
        var table = Begun(most: 2);
        for (var i = 1; i <= 10; i++)
        {
            table.Add($"tag {i}", number: i, now: 0);
        }

        Assert.Equal(2, table.Count);
        Assert.True(table.IsStale(["tag 3"], known: 2));
        Assert.True(table.IsStale(["other"], known: 7));
        Assert.False(table.IsStale(["other"], known: 8));
    }

    [Fact]
    public void Forget_NoEntryLivesSoLong_IsForgotten()
    {
        var table = Begun();
        table.Add("old", number: 5, now: 10);
        table.Add("again", number: 6, now: 10);
        table.Add("again", number: 7, now: 20);

        table.Forget(before: 15);

        Assert.Equal(1, table.Count);
        Assert.False(table.IsStale(["old"], known: 5));
        Assert.True(table.IsStale(["other"], known: 4)); // It would have expired.
        Assert.True(table.IsStale(["again"], known: 6));
    }

    [Fact]
    public void AddUntold_NothingIsReadUntilItIsTold()
    {
        var table = Begun();
        table.AddUntold(["tag"]);
        var failures = table.Failures;
        table.AddUntold(["tag"]);
        Assert.True(table.IsStale(["tag"], known: 100));

        table.RemoveUntold(["tag"], failures);
        Assert.True(table.IsStale(["tag"], known: 100)); // It failed once more meanwhile.
        table.RemoveUntold(["tag"], table.Failures);
        Assert.False(table.IsStale(["tag"], known: 100));
    }

    [Fact]
    public void AddUntold_MoreThanFit_NothingIsReadUntilAllIsTold()
    {
        var table = Begun(most: 2);
        table.AddUntold(["1", "2", "3"]);
        Assert.Equal(2, table.Count);
        Assert.True(table.IsStale(["other"], known: 100));

        table.AllTold(number: 101, table.Failures);
        Assert.Equal(0, table.Count);
        Assert.True(table.IsStale(["3"], known: 100));
        Assert.False(table.IsStale(["3"], known: 101));
    }

    [Fact]
    public void SetReady_TheTableWasFullMeanwhile_ItsFloorStays()
    {
        var table = new TagTable(1);
        table.Begin();
        table.Add("1", number: 7, now: 0);
        table.Add("2", number: 8, now: 0);
        Assert.True(table.IsStale(["other"], known: 1_000));

        table.SetReady(first: 3);

        Assert.True(table.IsStale(["other"], known: 6));
        Assert.False(table.IsStale(["other"], known: 7));
    }

    private static TagTable Begun(int most = 10, long oldest = 0)
    {
        var table = new TagTable(most);
        table.Begin();
        table.SetReady(oldest);
        return table;
    }
}
