using Cacheme.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Cacheme to the services of a host.</summary>
public static class CachemeServiceCollectionExtensions
{
    /// <summary>Adds Cacheme: <see cref="Cacheme.ICacheme"/>, a handle for each node, statistics and meters.</summary>
    /// <remarks>May be called more than once; the calls add up.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Registers storages and nodes.</param>
    public static IServiceCollection AddCacheme(this IServiceCollection services, Action<CachemeBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new CachemeBuilder(services));
        return services;
    }
}
