using Cacheme;
using Cacheme.DependencyInjection;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Cacheme to the services of a host.</summary>
public static class CachemeServiceCollectionExtensions
{
    /// <summary>Adds Cacheme: <see cref="ICacheme"/>, an <see cref="INodeCache{TNode, TValue}"/> for each node, statistics and a meter.</summary>
    /// <remarks>
    /// May be called more than once; the calls add up. The section <c>Cacheme</c> of the configuration goes over what they say.
    /// What is wrong is told when the host starts, by a <see cref="CachemeSetupException"/>.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Registers storages and nodes.</param>
    public static IServiceCollection AddCacheme(this IServiceCollection services, Action<CachemeBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var registrations = services.Select(service => service.ImplementationInstance).OfType<CachemeRegistrations>().FirstOrDefault();
        var builder = new CachemeBuilder(services, registrations ?? AddOnce(services));
        configure(builder);
        return services;
    }

    private static CachemeRegistrations AddOnce(IServiceCollection services)
    {
        var registrations = new CachemeRegistrations();
        services.AddMetrics();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(registrations);
        services.AddSingleton<CachemeMeter>();
        services.AddSingleton<CachemeHost>();
        services.AddSingleton<ICacheme>(provider => provider.GetRequiredService<CachemeHost>().Caches);
        services.AddSingleton<IHostedService>(provider => new CachemeStartup(provider.GetRequiredService<CachemeHost>));
        var builder = new CachemeBuilder(services, registrations);
        foreach (var module in CachemeModules.Find())
        {
            builder.AddModule(module);
        }

        return registrations;
    }
}
