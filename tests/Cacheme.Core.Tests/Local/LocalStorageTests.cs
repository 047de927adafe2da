using Cacheme.Local;
using Cacheme.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Local;

public sealed class LocalStorageTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StoreCounters _counters = new("local", 100);

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public void Put_OverAnother_MarksTheOldOneDead(EvictionPolicy policy)
    {
        using var storage = Storage(policy);
        var old = Entry("key");
        var next = Entry("key");

        storage.Put(old);
        storage.Put(next);

        Assert.True(old.IsDead);
        Assert.Same(next, storage.Find("key"));
        Assert.Equal((1, 1), (_counters.Entries, _counters.Count(EvictionReason.Replaced)));
    }

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public void Put_MoreThanItHolds_MarksTheEvictedDeadAndCountsThem(EvictionPolicy policy)
    {
        using var storage = Storage(policy);
        var entries = Enumerable.Range(0, 10_000).Select(i => Entry($"{i}")).ToList();

        entries.ForEach(storage.Put);

        Assert.InRange(entries.Count(entry => !entry.IsDead), 1, storage.Size);
        Assert.Equal(entries.Count(entry => !entry.IsDead), _counters.Entries);
        Assert.Equal(entries.Count(entry => entry.IsDead), _counters.Count(EvictionReason.Size));
    }

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public void Remove_MarksTheEntryDeadAndDropsItsValue(EvictionPolicy policy)
    {
        using var storage = Storage(policy);
        var entry = Entry("key");
        storage.Put(entry);

        storage.Remove("key", EvictionReason.Invalidated);

        Assert.Null(storage.Find("key"));
        Assert.False(entry.TryRead(out var value, out _));
        Assert.Null(value);
        Assert.Equal((0, 1), (_counters.Entries, _counters.Count(EvictionReason.Invalidated)));
    }

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public async Task PutRemoveFind_ManyThreads_NoDeadEntryIsFound(EvictionPolicy policy)
    {
        using var storage = Storage(policy, size: 50);
        var threads = Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 50_000; i++)
            {
                var key = $"{random.Next(100)}";
                switch (random.Next(3))
                {
                    case 0:
                        storage.Put(Entry(key));
                        break;
                    case 1:
                        storage.Remove(key, EvictionReason.Invalidated);
                        break;
                    default:
                        Assert.Equal(key, storage.Find(key)?.Key ?? key);
                        break;
                }
            }
        })).ToList();
        await Task.WhenAll(threads);

        for (var i = 0; i < 100; i++)
        {
            storage.Remove($"{i}", EvictionReason.Invalidated);
        }

        Assert.Equal((0, 0), (storage.Count, _counters.Entries));
    }

    private static NodeEntry<string, string> Entry(string key, string value = "value") => new(key, value, null, null)
    {
        Key = key,
        Owner = typeof(LocalStorageTests),
        ExpiresAt = long.MaxValue,
    };

    private LocalStorage Storage(EvictionPolicy policy, int size = 100) => new("local", size, policy, new CacheClock(_time), _counters);
}
