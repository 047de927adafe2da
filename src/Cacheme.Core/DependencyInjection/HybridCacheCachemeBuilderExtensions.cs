using Cacheme;
using Cacheme.DependencyInjection;
using Cacheme.Hybrid;
using Microsoft.Extensions.Caching.Hybrid;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the <see cref="HybridCache"/> that .NET code asks for.</summary>
public static class HybridCacheCachemeBuilderExtensions
{
    /// <summary>Registers a <see cref="HybridCache"/> over a chain of storages, in place of any other.</summary>
    /// <remarks>
    /// It takes the place of Microsoft's wherever that is registered, before or after; the <see cref="HybridCacheOptions"/> and the
    /// serializers that are registered there hold here too. A tier whose ttl is not given has that of
    /// <see cref="HybridCacheOptions.DefaultEntryOptions"/>, or five minutes. In statistics its name is <c>hybrid</c>. A remote
    /// chain needs a storage that carries invalidations, for removals by tag. Nodes and policies have a
    /// <see cref="HybridCache"/> of their own each, as a keyed service of their name.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Its policy. Null is cached and values that callers could change are copied, whatever it says; tags come with the calls.</param>
    public static CachemeBuilder AddHybridCache(this CachemeBuilder builder, Action<NodePolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddPolicy(HybridCaches.DefaultName, configure);
        builder.AddFace(HybridCaches.DefaultName, static (host, name) => host.HybridCaches.Of(name));
        builder.Services.AddSingleton(static services => services.GetRequiredService<CachemeHost>().HybridCaches.Of(HybridCaches.DefaultName));
        return builder;
    }
}
