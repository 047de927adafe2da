using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

public sealed class RecentWritesTests
{
    private readonly HashSet<string> _underWay = [];

    [Fact]
    public void Take_WrittenWithoutTheRecord_IsTakenOnce()
    {
        var writes = Writes();
        writes.Add("key", known: 4, isGiven: false, now: 0);

        Assert.True(writes.Take("key", record: 5, evenGiven: true));
        Assert.False(writes.Take("key", record: 5, evenGiven: true));
    }

    [Fact]
    public void Take_WrittenInItsKnowledge_IsLeft()
    {
        var writes = Writes();
        writes.Add("key", known: 5, isGiven: false, now: 0);

        Assert.False(writes.Take("key", record: 5, evenGiven: true));
        Assert.True(writes.Take("key", record: 6, evenGiven: true));
    }

    [Fact]
    public void Take_WhatWasGiven_OnlyWhereThatCounts()
    {
        var writes = Writes();
        writes.Add("key", known: 4, isGiven: true, now: 0);

        Assert.False(writes.Take("key", record: 5, evenGiven: false));
        Assert.True(writes.Take("key", record: 5, evenGiven: true));
    }

    [Fact]
    public void Take_WrittenTwice_TheLaterCounts()
    {
        var writes = Writes();
        writes.Add("key", known: 4, isGiven: false, now: 0);
        writes.Add("key", known: 8, isGiven: false, now: 1);

        Assert.False(writes.Take("key", record: 6, evenGiven: true));
    }

    [Fact]
    public void Forget_OldOnes_ButNotWhatIsUnderWay()
    {
        var writes = Writes();
        writes.Add("old", 0, false, now: 10);
        writes.Add("held", 0, false, now: 11);
        writes.Add("new", 0, false, now: 20);
        _underWay.Add("held");

        writes.Forget(before: 15);
        Assert.False(writes.Take("old", 5, true));
        Assert.True(writes.Take("new", 5, true));

        _underWay.Clear();
        writes.Forget(before: 21);
        Assert.False(writes.Take("held", 5, true));
    }

    [Fact]
    public void Add_MoreThanFit_EveryKeyCountsUntilTheyAreForgotten()
    {
        var writes = Writes(most: 2);
        writes.Add("1", 0, false, now: 10);
        writes.Add("2", 0, false, now: 10);
        writes.Add("3", 0, false, now: 11);

        Assert.True(writes.Take("never written", 5, true));
        writes.Forget(before: 12);
        Assert.False(writes.Take("never written", 5, true));
    }

    [Fact]
    public void TakeAll_GivesAllAndForgetsThem()
    {
        var writes = Writes();
        writes.Add("1", 0, false, now: 10);
        writes.Add("2", 0, false, now: 10);

        Assert.Equal(["1", "2"], writes.TakeAll().Order());
        Assert.Empty(writes.TakeAll());
    }

    private RecentWrites Writes(int most = 100) => new(most, _underWay.Contains);
}
