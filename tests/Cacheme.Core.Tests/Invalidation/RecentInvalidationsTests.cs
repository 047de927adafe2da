using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

public sealed class RecentInvalidationsTests
{
    [Fact]
    public void IsStale_NothingWasInvalidated_Never() => Assert.False(new RecentInvalidations(10).IsStale("key", known: 0, isGiven: false));

    [Fact]
    public void IsStale_LoadedBefore_ButNotAfter()
    {
        var recent = new RecentInvalidations(10);
        recent.Add("key", KnownLimit.Of(5), failures: 0, isOwn: false, now: 0);

        Assert.True(recent.IsStale("key", known: 4, isGiven: false));
        Assert.False(recent.IsStale("key", known: 5, isGiven: false));
        Assert.False(recent.IsStale("other", known: 0, isGiven: false));
    }

    [Fact]
    public void Begin_UntilItsEnd_NothingIsRead()
    {
        var recent = new RecentInvalidations(10);
        recent.Begin("key", now: 0);
        recent.Begin("key", now: 0);

        recent.End("key", number: 5, now: 0);
        Assert.True(recent.IsStale("key", known: 9, isGiven: false));
        recent.End("key", number: 4, now: 0);
        Assert.False(recent.IsStale("key", known: 5, isGiven: false));
        Assert.True(recent.IsStale("key", known: 4, isGiven: false));
    }

    [Fact]
    public void End_NotTold_NothingIsReadUntilItIsToldAgain()
    {
        var recent = new RecentInvalidations(10);
        recent.Begin("key", now: 0);
        recent.End("key", number: null, now: 0);
        recent.Forget(before: 1000);
        Assert.True(recent.IsStale("key", known: 9, isGiven: false));

        var failures = recent.Failures;
        recent.Begin("key", now: 1);
        recent.End("key", number: null, now: 1);
        recent.Add("key", KnownLimit.Of(6), failures, isOwn: false, now: 2);
        Assert.True(recent.IsStale("key", known: 9, isGiven: false)); // It failed once more meanwhile.
        recent.Add("key", KnownLimit.Of(7), recent.Failures, isOwn: false, now: 2);
        Assert.False(recent.IsStale("key", known: 9, isGiven: false));
        Assert.True(recent.IsStale("key", known: 6, isGiven: false));
    }

    [Fact]
    public void Forget_OldOnes_ButNotThoseNotedAgain()
    {
        var recent = new RecentInvalidations(10);
        recent.Add("old", KnownLimit.Of(5), failures: 0, isOwn: false, now: 10);
        recent.Add("again", KnownLimit.Of(5), failures: 0, isOwn: false, now: 10);
        recent.Add("again", KnownLimit.Of(5), failures: 0, isOwn: false, now: 20);

        recent.Forget(before: 15);

        Assert.False(recent.IsStale("old", known: 0, isGiven: false));
        Assert.True(recent.IsStale("again", known: 0, isGiven: false));
    }

    [Fact]
    public void Add_MoreThanFit_EveryKeyIsMeasured()
    {
        var recent = new RecentInvalidations(1);
        recent.Add("1", KnownLimit.Of(5), failures: 0, isOwn: false, now: 10);
        recent.Add("2", KnownLimit.Of(6), failures: 0, isOwn: false, now: 10);

        Assert.True(recent.IsStale("any", known: 5, isGiven: false));
        Assert.False(recent.IsStale("any", known: 6, isGiven: false));
        recent.Forget(before: 11);
        Assert.False(recent.IsStale("any", known: 0, isGiven: false));
    }

    [Fact]
    public void Begin_MoreThanFit_NothingIsReadUntilTheEnd()
    {
        var recent = new RecentInvalidations(1);
        recent.Begin("1", now: 10);
        recent.Begin("2", now: 10);

        Assert.True(recent.IsStale("any", known: 9, isGiven: false));
        recent.End("2", 6, now: 10);
        Assert.False(recent.IsStale("any", known: 6, isGiven: false));
        Assert.True(recent.IsStale("any", known: 5, isGiven: false));
        Assert.True(recent.IsStale("1", known: 9, isGiven: false));
        recent.End("1", 7, now: 10);
        Assert.False(recent.IsStale("1", known: 7, isGiven: false));
    }

    [Fact]
    public void IsStale_OfASet_IsMeasuredByWhatItKnew()
    {
        var recent = new RecentInvalidations(10);
        recent.Add("key", new KnownLimit(Loaded: 9, Given: 5), failures: 0, isOwn: false, now: 0);

        Assert.False(recent.IsStale("key", known: 5, isGiven: true));
        Assert.True(recent.IsStale("key", known: 4, isGiven: true));
        Assert.True(recent.IsStale("key", known: 8, isGiven: false));
    }

    [Fact]
    public void End_NotToldAndNoRoom_NothingIsReadUntilAllIsTold()
    {
        var recent = new RecentInvalidations(1);
        recent.Begin("1", now: 0);
        recent.Begin("2", now: 0);
        recent.End("2", number: null, now: 0);
        recent.End("1", number: 5, now: 0);
        recent.Forget(before: 1000);
        Assert.True(recent.IsStale("any", known: 9, isGiven: false));

        var failures = recent.Failures;
        recent.Add("2", KnownLimit.Of(6), failures, isOwn: false, now: 1000);
        recent.AllTold(number: 6, failures, now: 1000);

        Assert.False(recent.IsStale("any", known: 6, isGiven: false));
        Assert.True(recent.IsStale("any", known: 5, isGiven: false));
        recent.Forget(before: 2000);
        Assert.False(recent.IsStale("any", known: 0, isGiven: false));
    }

    [Fact]
    public void AddAll_EveryKeyIsMeasuredForEver()
    {
        var recent = new RecentInvalidations(10);
        recent.Begin("key", now: 0);
        recent.End("key", number: null, now: 0);

        recent.AddAll(KnownLimit.Of(7), recent.Failures);
        recent.Forget(before: long.MaxValue);

        Assert.True(recent.IsStale("any", known: 6, isGiven: false));
        Assert.False(recent.IsStale("key", known: 7, isGiven: false));
    }
}
