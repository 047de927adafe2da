using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

public sealed class RecentWritesTests
{
    private readonly HashSet<string> _underWay = [];

    [Fact]
    public void Take_WrittenWithoutTheRecord_IsTakenOnce()
    {
        var writes = Writes();
        writes.Add("key", known: 4, now: 0);

        Assert.True(writes.Take("key", record: 5));
        Assert.False(writes.Take("key", record: 5));
    }

    [Fact]
    public void Take_WrittenInItsKnowledge_IsLeft()
    {
        var writes = Writes();
        writes.Add("key", known: 5, now: 0);

        Assert.False(writes.Take("key", record: 5));
        Assert.True(writes.Take("key", record: 6));
    }

    [Fact]
    public void Take_WrittenTwice_TheOlderCounts()
    {
        var writes = Writes();
        writes.Add("key", known: 8, now: 0);
        writes.Add("key", known: 4, now: 1); // A copy, of an entry that is older than what is in the farther tiers.
        writes.Add("key", known: 9, now: 1);

        Assert.True(writes.Has("key"));
        Assert.True(writes.Take("key", record: 6));
        Assert.False(writes.Has("key"));
    }

    [Fact]
    public void Forget_WhatWasFoundEndedBefore()
    {
        var writes = Writes();
        writes.Add("ended", 0, now: 10);
        writes.Add("held", 0, now: 11);
        _underWay.Add("held");

        writes.Forget(before: 15, now: 25); // "ended" may have ended at 25.
        Assert.True(writes.Has("ended"));
        writes.Forget(before: 25, now: 35);
        Assert.True(writes.Has("ended"));
        writes.Forget(before: 26, now: 36);
        Assert.False(writes.Take("ended", 5));

        _underWay.Clear();
        writes.Forget(before: 37, now: 47);
        writes.Forget(before: 47, now: 57);
        Assert.True(writes.Has("held"));
        writes.Forget(before: 48, now: 58);
        Assert.False(writes.Take("held", 5));
    }

    [Fact]
    public void Add_MoreThanFit_EveryKeyCountsUntilTheyAreForgotten()
    {
        var writes = Writes(most: 2);
        writes.Add("1", 0, now: 10);
        writes.Add("2", 0, now: 10);
        writes.Add("3", 0, now: 11);

        Assert.True(writes.Take("never written", 5));
        writes.Forget(before: 12, now: 22);
        Assert.False(writes.Take("never written", 5));
    }

    [Fact]
    public void TakeAll_GivesAllAndForgetsThem()
    {
        var writes = Writes();
        writes.Add("1", 0, now: 10);
        writes.Add("2", 0, now: 10);

        Assert.Equal(["1", "2"], writes.TakeAll().Order());
        Assert.Empty(writes.TakeAll());
    }

    private RecentWrites Writes(int most = 100) => new(most, _underWay.Contains);
}
