using Cacheme.Local;
using Cacheme.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Local;

[Collection(nameof(MemoryCollection))]
public sealed class LocalStorageMemoryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StoreCounters _counters = new("local", 100);

    [Theory]
    [InlineData(EvictionPolicy.Lru)]
    [InlineData(EvictionPolicy.TinyLfu)]
    public void Sweep_IdleStorage_GivesItsMemoryBack(EvictionPolicy policy)
    {
        using var storage = Storage(policy, size: 20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 10_000; i++)
        {
            storage.Put(Entry($"key {i}", new string('x', 500), _time.GetElapsedTime(0) + TimeSpan.FromSeconds(5)));
        }

        var full = GC.GetTotalMemory(forceFullCollection: true) - before;
        // Nobody asks any more; only the clock goes on.
        _time.Advance(TimeSpan.FromMinutes(2));
        var idle = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal((0, 0), (storage.Count, _counters.Entries));
        Assert.Equal(10_000, _counters.Count(EvictionReason.Expired));
        Assert.True(idle < full / 10, $"{full:N0} bytes full, {idle:N0} bytes idle");
        GC.KeepAlive(storage);
    }

    private static NodeEntry<string, string> Entry(string key, string value, TimeSpan expires) => new(key, value, null, null)
    {
        Key = key,
        Owner = typeof(LocalStorageMemoryTests),
        ExpiresAt = (long)expires.TotalMilliseconds,
    };

    private LocalStorage Storage(EvictionPolicy policy, int size) => new("local", size, policy, new CacheClock(_time), _counters);
}
