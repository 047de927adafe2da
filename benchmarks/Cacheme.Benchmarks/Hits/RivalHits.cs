using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

namespace Cacheme.Benchmarks.Hits;

/// <summary>The rivals, in memory only, with their defaults, and the key built at the call as their users do.</summary>
internal sealed class RivalHits : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
    private readonly FusionCache _fusion = new(new FusionCacheOptions());

    public IEnumerable<HitSubject> Subjects() => [Fusion(), Hybrid()];

    public ValueTask DisposeAsync()
    {
        _fusion.Dispose();
        return _services.DisposeAsync();
    }

    private HitSubject Fusion() => new("FusionCache 2.9 GetOrSet, key at the call", count =>
    {
        for (var i = 0; i < count; i++)
        {
            _fusion.GetOrSet<string>(HitKeys.Of(HitKeys.At(i)), static (_, _) => "profile");
        }

        return ValueTask.CompletedTask;
    });

    private HitSubject Hybrid()
    {
        var cache = _services.GetRequiredService<HybridCache>();
        return new("HybridCache 10.11, key at the call", async count =>
        {
            for (var i = 0; i < count; i++)
            {
                await cache.GetOrCreateAsync(HitKeys.Of(HitKeys.At(i)), static _ => new ValueTask<string>("profile"));
            }
        });
    }
}
