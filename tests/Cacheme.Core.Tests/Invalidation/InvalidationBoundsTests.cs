using System.Collections;
using System.Reflection;
using Cacheme.Invalidation;

namespace Cacheme.Tests.Invalidation;

/// <summary>What is remembered of invalidations: that it is bounded, and that it is remembered for long enough.</summary>
public sealed class InvalidationBoundsTests
{
    [Fact]
    public void TagTable_OneTagIsRemovedAgainAndAgain_TakesTheRoomOfOne()
    {
        var table = new TagTable(most: 10);
        table.Begin();
        table.SetReady(first: 1);

        for (var number = 2; number < 100_000; number++)
        {
            table.Add("tag", number, now: number);
        }

        Assert.Equal(1, table.Count);
        Assert.InRange(QueueOf(table).Count, 0, 100);
    }

    [Fact]
    public void RemovedTags_MoreThanFit_AreBounded()
    {
        var removed = new RemovedTags();
        for (var batch = 0; batch < 10; batch++)
        {
            removed.Add(Enumerable.Range(batch * 50_000, 50_000).Select(static tag => $"tag:{tag}"));
        }

        Assert.InRange(removed.Count, 0, 100_000);
    }

    [Fact]
    public void RecentWrites_ItWasUnderWayAtTheLastLook_IsRememberedForAsLongAsAnyOther()
    {
        var isUnderWay = true;
        var writes = new RecentWrites(100, _ => isUnderWay);
        writes.Add("key", known: 4, now: 0);
        writes.Forget(before: 3_000, now: 5_000); // At 5,000: it is still being written.
        isUnderWay = false; // At 5,005: written, behind a removal of 5,004 whose record may take two seconds.
        writes.Forget(before: 3_010, now: 5_010); // At 5,010.

        Assert.True(writes.Take("key", record: 5));
    }

    [Fact]
    public void RecentWrites_AnOlderWriteFindsNoRoom_ItsKeyCountsAsWrittenAllTheSame()
    {
        var writes = new RecentWrites(1, static _ => false);
        writes.Add("key", known: 8, now: 0);
        writes.Add("key", known: 4, now: 1);

        Assert.True(writes.Take("key", record: 6));
    }

    private static ICollection QueueOf(TagTable table) =>
        (ICollection)typeof(TagTable).GetField("_order", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(table)!;
}
