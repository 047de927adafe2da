using Cacheme.DependencyInjection;
using Cacheme.Storage;
using Microsoft.Extensions.Caching.Distributed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a cache that the application has already as a storage of Cacheme.</summary>
public static class DistributedCacheCachemeBuilderExtensions
{
    /// <summary>Adds an <see cref="IDistributedCache"/> of the application's services as a remote storage.</summary>
    /// <remarks>
    /// The cache is asked for at its first use, and goes on belonging to the application. One that is not registered, or
    /// registered as scoped, fails when the host starts; one whose server is down does not.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="serviceKey">The key under which the cache is registered; null for the plain <see cref="IDistributedCache"/>.</param>
    /// <param name="configure">How hard the cache may be pressed.</param>
    public static CachemeBuilder AddDistributedCacheStorage(
        this CachemeBuilder builder, string name, object? serviceKey = null, Action<DistributedCacheStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var cache = new DistributedCacheService(builder.Services, serviceKey);
        return builder.AddStorage(name, services =>
        {
            var options = new DistributedCacheStorageOptions();
            configure?.Invoke(options);
            if (options.Concurrency < 1)
            {
                throw new ArgumentException($"its concurrency is {options.Concurrency}; give it one over zero.");
            }

            cache.Check(services);
            return new DistributedCacheStorage(() => cache.Resolve(services), services.GetRequiredService<TimeProvider>(), options.Concurrency);
        });
    }
}
