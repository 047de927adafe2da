using Cacheme;
using Cacheme.DependencyInjection;
using Cacheme.Distributed;
using Cacheme.Storage;
using Microsoft.Extensions.Caching.Distributed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the <see cref="IDistributedCache"/> that .NET code asks for; and one that the application has already as a storage.</summary>
public static class DistributedCacheCachemeBuilderExtensions
{
    /// <summary>Registers an <see cref="IDistributedCache"/> over a chain of storages, which is an <see cref="IBufferDistributedCache"/> too.</summary>
    /// <inheritdoc cref="AddDistributedCache(CachemeBuilder, Action{NodePolicyBuilder})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="storages">The names of the storages, nearest first.</param>
    public static CachemeBuilder AddDistributedCache(this CachemeBuilder builder, params string[] storages)
    {
        ArgumentNullException.ThrowIfNull(storages);
        return builder.AddDistributedCache(policy => Array.ForEach(storages, storage => policy.Cache(storage)));
    }

    /// <summary>Registers an <see cref="IDistributedCache"/> over a chain of storages, which is an <see cref="IBufferDistributedCache"/> too.</summary>
    /// <remarks>
    /// As with any service, the last <see cref="IDistributedCache"/> that is registered is the one that is given. An expiration
    /// that a call gives holds in every tier, and in its place, where it gives none, each tier's ttl; without one values stay for
    /// ever. In memory before a remote storage the ttl is also the most. A get is a miss when the storage is down, unless the
    /// policy says <see cref="NodePolicyBuilder.ThrowWhenUnreachable"/>, as sessions want it; a set throws a
    /// <see cref="CacheWriteException"/> and a removal an <see cref="InvalidationException"/>, which name the storage. Each get
    /// is a request in statistics, a hit or a miss; the name there is <c>distributed</c>. Nodes and policies have an
    /// <see cref="IDistributedCache"/> of their own each, as a keyed service of their name.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Its policy. Of what it says about values only MaxPayload counts, 4 MiB unless said: they are bytes.</param>
    public static CachemeBuilder AddDistributedCache(this CachemeBuilder builder, Action<NodePolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddPolicy(DistributedCaches.DefaultName, configure);
        builder.AddFace(DistributedCaches.DefaultName, static (host, name) => host.DistributedCaches.Of(name));
        // With its type: as a storage under itself it is recognized by that.
        builder.Services.AddSingleton<IDistributedCache, CachemeDistributedCache>(
            static services => services.GetRequiredService<CachemeHost>().DistributedCaches.Of(DistributedCaches.DefaultName));
        return builder;
    }

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
