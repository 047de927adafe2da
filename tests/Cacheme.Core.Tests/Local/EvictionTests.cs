using System.Globalization;
using Cacheme.Local;
using Cacheme.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Local;

/// <summary>Who leaves: seen by the share of hits in streams whose answer is known, and by what must hold after every step.</summary>
public sealed class EvictionTests
{
    private readonly CacheClock _clock = new(new FakeTimeProvider());

    public static TheoryData<EvictionPolicy, int> PoliciesAndSizes => new MatrixTheoryData<EvictionPolicy, int>(Enum.GetValues<EvictionPolicy>(), [1, 2, 3, 10, 150]);

    [Fact]
    public void Lru_OnAnyStream_IsNearTheExactOne()
    {
        foreach (var stream in new[] { Streams.Zipf(100_000, 10_000, 1, 1), Streams.Window(100_000, 1_000, 3, 2), Streams.Loop(20_000, 600) })
        {
            var keys = stream.ToList();

            Assert.InRange(HitRatio(EvictionPolicy.Lru, 500, keys), Streams.LruOf(keys, 500) - 0.01, 1);
        }
    }

    [Theory]
    [InlineData(500, 0.51)]
    [InlineData(2_000, 0.68)]
    public void TinyLfu_FewAreAskedForOften_KeepsThem(int size, double least)
    {
        var keys = Streams.Zipf(300_000, 50_000, 1, 1).ToList();

        Assert.InRange(HitRatio(EvictionPolicy.TinyLfu, size, keys), least, 1);
        Assert.InRange(Streams.LruOf(keys, size), 0, least - 0.03);
    }

    [Theory]
    [InlineData(500, 300)]
    [InlineData(500, 900)]
    [InlineData(300, 1_000)]
    public void TinyLfu_KeysLiveShortly_LosesNothingToLru(int size, int width)
    {
        var keys = Streams.Window(300_000, width, 4, 1).ToList();

        Assert.InRange(HitRatio(EvictionPolicy.TinyLfu, size, keys), Streams.LruOf(keys, size) - 0.01, 1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1_000)]
    public void TinyLfu_LoopOverMoreThanFits_KeepsAPartOfIt(int size) =>
        Assert.InRange(HitRatio(EvictionPolicy.TinyLfu, size, Streams.Loop(200_000, 1_200)), (size / 1_200d) - 0.02, size / 1_200d);

    [Fact]
    public void TinyLfu_AnotherStreamBegins_LearnsIt()
    {
        var storage = Storage(EvictionPolicy.TinyLfu, 1_000);
        HitRatio(storage, Streams.Zipf(200_000, 20_000, 1, 1));
        HitRatio(storage, Streams.Loop(100_000, 1_200).Select(static key => key + 100_000));

        Assert.InRange(HitRatio(storage, Streams.Loop(100_000, 1_200).Select(static key => key + 100_000)), 0.7, 1);
        Assert.InRange(HitRatio(storage, Streams.Window(200_000, 1_000, 8, 2).Select(static key => key + 200_000)), 0.78, 1);
        Assert.InRange(HitRatio(storage, Streams.Zipf(200_000, 20_000, 1, 3)), 0.63, 1);
    }

    [Theory]
    [MemberData(nameof(PoliciesAndSizes))]
    public void AnySteps_HoldsNoMoreThanItsSizeAndForgetsNobody(EvictionPolicy policy, int size)
    {
        var storage = Storage(policy, size);
        var random = new Random(size);
        var entries = new List<LocalEntry>();
        for (var step = 0; step < 20_000; step++)
        {
            var key = random.Next(2 * size + 5).ToString(CultureInfo.InvariantCulture);
            switch (random.Next(5))
            {
                case 0:
                    storage.Remove(key, EvictionReason.Invalidated);
                    break;
                case < 3:
                    var entry = Entry(key);
                    entries.Add(entry);
                    storage.Put(entry);
                    Assert.Same(entry, storage.Find(key));
                    break;
                default:
                    Assert.Equal(storage.Find(key) is not null, entries.Exists(entry => entry.Key == key && !entry.IsDead));
                    break;
            }

            entries.RemoveAll(static entry => entry.IsDead);
            Assert.Equal(entries.Count, storage.Count);
            Assert.InRange(storage.Count, 0, size);
        }
    }

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public void Replaced_KeepsItsPlace_AndCountsAsUsed(EvictionPolicy policy)
    {
        var storage = Storage(policy, 10);
        storage.Put(Entry("kept"));
        for (var i = 0; i < 9; i++)
        {
            storage.Put(Entry($"{i}"));
        }

        storage.Put(Entry("kept"));
        storage.Put(Entry("new"));

        Assert.NotNull(storage.Find("kept"));
        Assert.Equal(10, storage.Count);
    }

    private static double HitRatio(LocalStorage storage, IEnumerable<int> keys)
    {
        var (hits, all) = (0, 0);
        foreach (var number in keys)
        {
            var key = number.ToString(CultureInfo.InvariantCulture);
            all++;
            if (storage.Find(key) is not null)
            {
                hits++;
            }
            else
            {
                storage.Put(Entry(key));
            }
        }

        return (double)hits / all;
    }

    private static NodeEntry<string, string> Entry(string key) => new(key, "value", null, null)
    {
        Key = key,
        Owner = typeof(EvictionTests),
        ExpiresAt = long.MaxValue,
    };

    private double HitRatio(EvictionPolicy policy, int size, IEnumerable<int> keys) => HitRatio(Storage(policy, size), keys);

    private LocalStorage Storage(EvictionPolicy policy, int size) => new("local", size, policy, _clock, new StoreCounters("local", size));
}
