using Cacheme.Distributed;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.DependencyInjection;

/// <summary>The keyed services that each node and each policy has under its name.</summary>
internal static class NamedFaces
{
    private static readonly Func<IServiceProvider, object?, HybridCache> HybridCacheOf =
        static (services, key) => services.GetRequiredService<CachemeHost>().HybridCaches.Of((string)key!); // Not null: it is the name.

    private static readonly Func<IServiceProvider, object?, CachemeDistributedCache> DistributedCacheOf =
        static (services, key) => services.GetRequiredService<CachemeHost>().DistributedCaches.Of((string)key!); // Not null: it is the name.

    /// <summary>Registers them.</summary>
    public static void Add(IServiceCollection services, string name)
    {
        // Added, not tried: the last registration is the one that counts.
        services.AddKeyedSingleton(name, HybridCacheOf);
        services.AddKeyedSingleton<IDistributedCache, CachemeDistributedCache>(name, DistributedCacheOf);
    }

    /// <summary>The services of the name that somebody has registered afterwards, which the application would get instead.</summary>
    public static IEnumerable<string> Replaced(IServiceCollection services, string name)
    {
        Delegate[] ours = [HybridCacheOf, DistributedCacheOf];
        return new[] { typeof(HybridCache), typeof(IDistributedCache) }
            .Where(type => services.LastOrDefault(service => service.ServiceType == type && Equals(service.ServiceKey, name)) is { } last && !ours.Contains(last.KeyedImplementationFactory))
            .Select(static type => type.Name);
    }
}
