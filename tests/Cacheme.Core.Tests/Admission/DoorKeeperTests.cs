using Cacheme.Admission;

namespace Cacheme.Tests.Admission;

public sealed class DoorKeeperTests
{
    private const long Seed = 20_260_101;

    [Fact]
    public void Admit_FirstSight_IsFalseAndTheSecondTrue()
    {
        var keeper = new DoorKeeper(1000, 0.01);

        Assert.False(keeper.Admit("a"));
        Assert.True(keeper.Admit("a"));
        Assert.True(keeper.Admit("a"));
        Assert.False(keeper.Admit("A"));
        Assert.False(keeper.Admit(""));
        Assert.True(keeper.Admit(""));
    }

    [Fact]
    public void Admit_EverySecondSight_IsTrue()
    {
        var keeper = new DoorKeeper(20_000, 0.01, Seed);
        for (var i = 0; i < 9_999; i++)
        {
            keeper.Admit($"key:{i}");
        }

        Assert.All(Enumerable.Range(0, 9_999), i => Assert.True(keeper.Admit($"key:{i}")));
    }

    // Asked at its fullest, when all but a few of the requests it is made for were first sights.
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.1)]
    [InlineData(0.03)]
    [InlineData(0.01)]
    [InlineData(0.001)]
    public void Admit_FullFilter_HasTheRateThatWasSet(double rate)
    {
        const int Known = 960_000;
        const int Probes = 39_999;
        var keeper = new DoorKeeper(Known + Probes + 1, rate, Seed);
        for (var i = 0; i < Known; i++)
        {
            keeper.Admit($"user:{i}:info");
        }

        var falsePositives = Enumerable.Range(0, Probes).Count(i => keeper.Admit($"user:{i}:other"));

        Assert.InRange(falsePositives / (double)Probes, rate / 1.5, rate * 1.5);
    }

    [Fact]
    public void Admit_CapacityReached_ForgetsAllAndBeginsAgain()
    {
        var keeper = new DoorKeeper(10, 0.0001, Seed);
        for (var round = 0; round < 5; round++)
        {
            Assert.False(keeper.Admit("a"));
            Assert.True(Enumerable.Range(0, 9).All(_ => keeper.Admit("a")));
        }
    }

    [Fact]
    public void Admit_CapacityOfOne_NeverAdmits()
    {
        var keeper = new DoorKeeper(1, 0.01, Seed);

        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(keeper.Admit("a")));
    }

    [Fact]
    public void Admit_OtherSeed_HasOtherFalsePositives()
    {
        var first = FalsePositives(new DoorKeeper(500, 0.2, 1));
        var second = FalsePositives(new DoorKeeper(500, 0.2, 2));

        Assert.NotEmpty(first);
        Assert.NotEqual(first, second);
        Assert.Equal(first, FalsePositives(new DoorKeeper(500, 0.2, 1)));

        static List<int> FalsePositives(DoorKeeper keeper) => [.. Enumerable.Range(0, 499).Where(i => keeper.Admit($"key:{i}"))];
    }

    [Theory]
    [InlineData(1, 0.01, 8)]
    [InlineData(1_000, 0.01, 1_200)]
    [InlineData(1_000_000, 0.01, 1_198_136)]
    [InlineData(1_000_000, 0.001, 1_797_200)]
    [InlineData(1_000_000, 0.999, 264)]
    public void ByteCount_CapacityAndRate_IsThatOfBloom(int capacity, double rate, long bytes) =>
        Assert.InRange(new DoorKeeper(capacity, rate).ByteCount, bytes - 8, bytes + 8);

    [Fact]
    public void ByteCount_Extremes_StayWithinTheBound()
    {
        Assert.Equal(256 * 1024 * 1024, new DoorKeeper(int.MaxValue, 0.01).ByteCount);
        Assert.InRange(new DoorKeeper(1, double.Epsilon).ByteCount, 8, 1_000);
        Assert.False(new DoorKeeper(1_000, double.Epsilon).Admit("a"));
        Assert.False(new DoorKeeper(int.MaxValue, 1 - 1e-16).Admit("a"));
    }

    [Fact]
    public async Task Admit_ManyThreadsFirstSights_TellsOneAtLeastOfEachKey()
    {
        const int Threads = 8;
        const int Keys = 20_000;
        // Small enough that keys share their words, large enough that it is not cleared.
        var keeper = new DoorKeeper((Threads + 2) * Keys, 0.01, Seed);
        var firsts = new int[Keys];
        using var start = new Barrier(Threads);

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                for (var i = 0; i < Keys; i++)
                {
                    // Half of them meet at the same key, the others at its neighbours in a word.
                    var key = (i + (thread % 2 * (Keys / 2))) % Keys;
                    if (!keeper.Admit($"key:{key}"))
                    {
                        Interlocked.Increment(ref firsts[key]);
                    }
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.All(firsts, count => Assert.InRange(count, 1, Threads));
        Assert.All(Enumerable.Range(0, Keys), i => Assert.True(keeper.Admit($"key:{i}")));
    }

    [Fact]
    public async Task Admit_ManyThreads_LosesNoClear()
    {
        const int Threads = 8;
        const int Capacity = 100;
        const int Rounds = 5_000;
        var keeper = new DoorKeeper(Capacity, 1e-9, Seed);
        keeper.Admit("a");
        Assert.True(keeper.Admit("a"));

        // Together with the two above, exactly so many requests that the filter was cleared as the last thing.
        var left = (Capacity * Rounds) - 2;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(
            () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    keeper.Admit("a");
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.False(keeper.Admit("a"));
        Assert.True(Enumerable.Range(0, Capacity - 1).All(_ => keeper.Admit("a")));
        Assert.False(keeper.Admit("a"));
    }
}
