using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

public sealed class RecentInvalidationsTests
{
    [Fact]
    public void IsStale_NothingWasInvalidated_Never() => Assert.False(new RecentInvalidations(10).IsStale("key", 0));

    [Fact]
    public void IsStale_LoadedBefore_ButNotAfter()
    {
        var recent = new RecentInvalidations(10);
        recent.Add("key", limit: 5, failures: 0, now: 0);

        Assert.True(recent.IsStale("key", known: 4));
        Assert.False(recent.IsStale("key", known: 5));
        Assert.False(recent.IsStale("other", known: 0));
    }

    [Fact]
    public void Begin_UntilItsEnd_NothingIsRead()
    {
        var recent = new RecentInvalidations(10);
        recent.Begin("key", now: 0);
        recent.Begin("key", now: 0);

        recent.End("key", limit: 5, now: 0);
        Assert.True(recent.IsStale("key", known: 9));
        recent.End("key", limit: 4, now: 0);
        Assert.False(recent.IsStale("key", known: 5));
        Assert.True(recent.IsStale("key", known: 4));
    }

    [Fact]
    public void End_NotTold_NothingIsReadUntilItIsToldAgain()
    {
        var recent = new RecentInvalidations(10);
        recent.Begin("key", now: 0);
        recent.End("key", limit: null, now: 0);
        recent.Forget(before: 1000);
        Assert.True(recent.IsStale("key", known: 9));

        var failures = recent.Failures;
        recent.Begin("key", now: 1);
        recent.End("key", limit: null, now: 1);
        recent.Add("key", limit: 6, failures, now: 2);
        Assert.True(recent.IsStale("key", known: 9)); // It failed once more meanwhile.
        recent.Add("key", limit: 7, recent.Failures, now: 2);
        Assert.False(recent.IsStale("key", known: 9));
        Assert.True(recent.IsStale("key", known: 6));
    }

    [Fact]
    public void Forget_OldOnes_ButNotThoseNotedAgain()
    {
        var recent = new RecentInvalidations(10);
        recent.Add("old", 5, 0, now: 10);
        recent.Add("again", 5, 0, now: 10);
        recent.Add("again", 5, 0, now: 20);

        recent.Forget(before: 15);

        Assert.False(recent.IsStale("old", 0));
        Assert.True(recent.IsStale("again", 0));
    }

    [Fact]
    public void Add_MoreThanFit_EveryKeyIsMeasured()
    {
        var recent = new RecentInvalidations(1);
        recent.Add("1", 5, 0, now: 10);
        recent.Add("2", 6, 0, now: 10);

        Assert.True(recent.IsStale("any", 5));
        Assert.False(recent.IsStale("any", 6));
        recent.Forget(before: 11);
        Assert.False(recent.IsStale("any", 0));
    }

    [Fact]
    public void Begin_MoreThanFit_NothingIsReadUntilTheEnd()
    {
        var recent = new RecentInvalidations(1);
        recent.Begin("1", now: 10);
        recent.Begin("2", now: 10);

        Assert.True(recent.IsStale("any", 9));
        recent.End("2", 6, now: 10);
        Assert.False(recent.IsStale("any", 6));
        Assert.True(recent.IsStale("any", 5));
        Assert.True(recent.IsStale("1", 9));
        recent.End("1", 7, now: 10);
        Assert.False(recent.IsStale("1", 7));
    }
}
