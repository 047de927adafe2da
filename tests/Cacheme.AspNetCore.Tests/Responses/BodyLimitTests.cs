using Cacheme.AspNetCore.Responses;

namespace Cacheme.AspNetCore.Tests.Responses;

/// <summary>All kept bodies together have a limit, those that are used stay longest, and what leaves gives its bytes back.</summary>
public sealed class BodyLimitTests
{
    private const int BodyBytes = 1_000;
    private readonly object _endpoint = new();

    [Fact]
    public void Add_OverTheLimit_LetsTheLeastRecentlyUsedGo()
    {
        var limit = new BodyLimit(3 * SizeOf(BodyBytes));
        var kept = Enumerable.Range(0, 3).Select(_ => Keep(limit)).ToList();
        Keep(limit);
        Assert.Null(kept[0].Find(_endpoint, ""));
        Assert.NotNull(kept[2].Find(_endpoint, ""));

        Keep(limit);

        Assert.Null(kept[1].Find(_endpoint, ""));
        Assert.NotNull(kept[2].Find(_endpoint, ""));
        Assert.Equal(3 * SizeOf(BodyBytes), limit.Bytes);
    }

    [Fact]
    public void Add_LargerThanTheLimit_IsNotKeptAndDrivesNothingOut()
    {
        var limit = new BodyLimit(SizeOf(BodyBytes));
        var kept = Keep(limit);

        var large = Keep(limit, 10 * BodyBytes);

        Assert.Null(large.Find(_endpoint, ""));
        Assert.NotNull(kept.Find(_endpoint, ""));
    }

    [Fact]
    public void Add_OfMoreThanEightForms_KeepsEight_AndThoseInUse()
    {
        var limit = new BodyLimit(1_000_000);
        var bodies = new KeptBodies(limit);
        for (var i = 0; i < 20; i++)
        {
            bodies.Add(new KeptBody(_endpoint, $"type/{i:00}", BodyOf(BodyBytes)));
            Assert.NotNull(bodies.Find(_endpoint, "type/00"));
        }

        Assert.Equal(8 * new KeptBody(_endpoint, "type/00", BodyOf(BodyBytes)).Size, limit.Bytes);
        Assert.NotNull(bodies.Find(_endpoint, "type/19"));
        Assert.Null(bodies.Find(_endpoint, "type/01"));
        Assert.Null(bodies.Find(new object(), "type/00"));
    }

    [Fact]
    public void Add_AgainForTheSame_TakesTheOthersPlace()
    {
        var limit = new BodyLimit(1_000_000);
        var bodies = Keep(limit);

        bodies.Add(new KeptBody(_endpoint, "", BodyOf(2 * BodyBytes)));

        Assert.Equal(SizeOf(2 * BodyBytes), limit.Bytes);
        Assert.Equal(2 * BodyBytes, bodies.Find(_endpoint, "")?.Body.Bytes.Length);
    }

    [Fact]
    public void Dispose_GivesTheBytesBackAndKeepsNothingMore()
    {
        var limit = new BodyLimit(1_000_000);
        var bodies = Keep(limit);

        bodies.Dispose();
        bodies.Add(new KeptBody(_endpoint, "", BodyOf(BodyBytes)));

        Assert.Equal(0, limit.Bytes);
        Assert.Null(bodies.Find(_endpoint, ""));
    }

    [Fact]
    public async Task Bytes_AfterThreadsAddedUsedAndDisposed_AreThoseThatAreThere()
    {
        var limit = new BodyLimit(50 * SizeOf(BodyBytes));
        var left = new System.Collections.Concurrent.ConcurrentBag<KeptBodies>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 5_000; i++)
            {
                var bodies = Keep(limit);
                if (random.Next(2) == 0)
                {
                    bodies.Dispose();
                }
                else
                {
                    left.Add(bodies);
                }
            }
        })));

        Assert.Equal(left.Count(bodies => bodies.Find(_endpoint, "") is not null) * SizeOf(BodyBytes), limit.Bytes);
        Assert.InRange(limit.Bytes, 1, 50 * SizeOf(BodyBytes));

        foreach (var bodies in left)
        {
            bodies.Dispose();
        }

        Assert.Equal(0, limit.Bytes);
    }

    private static Body BodyOf(int bytes) => Body.Of(new byte[bytes], "text/plain");

    private static long SizeOf(int bytes) => new KeptBody("", "", BodyOf(bytes)).Size;

    private KeptBodies Keep(BodyLimit limit, int bytes = BodyBytes)
    {
        var bodies = new KeptBodies(limit);
        bodies.Add(new KeptBody(_endpoint, "", BodyOf(bytes)));
        return bodies;
    }
}
