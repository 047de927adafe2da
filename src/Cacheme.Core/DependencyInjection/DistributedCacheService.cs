using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.DependencyInjection;

/// <summary>The application's own <see cref="IDistributedCache"/>, plain or keyed, which is to be a storage.</summary>
/// <param name="registrations">All that the application has registered when the host starts.</param>
/// <param name="key">The service's key; null for the plain one.</param>
internal sealed class DistributedCacheService(IServiceCollection registrations, object? key)
{
    private string Name => key is null ? "IDistributedCache" : $"IDistributedCache with the service key '{key}'";

    /// <summary>Makes or finds it. A cache that connects when it is made may block, or fail as long as its server is down.</summary>
    public IDistributedCache Resolve(IServiceProvider services) =>
        key is null ? services.GetRequiredService<IDistributedCache>() : services.GetRequiredKeyedService<IDistributedCache>(key);

    /// <summary>Says what is wrong with its registration, without making it.</summary>
    /// <exception cref="ArgumentException">It cannot be a storage.</exception>
    public void Check(IServiceProvider services)
    {
        // The last one is what the services give; one with the key itself goes before one for any key.
        var registration = registrations.LastOrDefault(service => IsIt(service, key))
            ?? registrations.LastOrDefault(service => key is not null && IsIt(service, KeyedService.AnyKey));
        if (registration is null)
        {
            if (!IsKnownToContainer(services))
            {
                throw new ArgumentException($"no {Name} is registered: {Cure}.");
            }
        }
        else if (registration.Lifetime == ServiceLifetime.Scoped)
        {
            throw new ArgumentException($"the {Name} is registered as scoped, and a storage outlives every scope: register it as a singleton.");
        }
        else if (TypeOf(registration)?.Assembly == typeof(DistributedCacheService).Assembly)
        {
            // Cacheme's own faces of a node must therefore be registered with their type, not as an IDistributedCache that a factory makes.
            throw new ArgumentException($"the {Name} is Cacheme's own, and would be a storage over itself: register the cache that is meant under a service key, and give that.");
        }
    }

    private string Cure => key is null
        ? "add one, as with AddStackExchangeRedisCache or AddDistributedSqlServerCache, or give the service key of a keyed one"
        : "add it with AddKeyedSingleton<IDistributedCache>, or leave the key out for the plain one";

    private static bool IsIt(ServiceDescriptor service, object? key) =>
        service.ServiceType == typeof(IDistributedCache) && Equals(service.ServiceKey, key);

    // A container of another make may have registrations that are not in the list.
    private bool IsKnownToContainer(IServiceProvider services) => key is null
        ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(IDistributedCache)) == true
        : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IDistributedCache), key) == true;

    private static Type? TypeOf(ServiceDescriptor service) => service.IsKeyedService
        ? service.KeyedImplementationType ?? service.KeyedImplementationInstance?.GetType() ?? Made(service.KeyedImplementationFactory)
        : service.ImplementationType ?? service.ImplementationInstance?.GetType() ?? Made(service.ImplementationFactory);

    /// <summary>What a factory says it makes: the last of its type arguments.</summary>
    private static Type? Made(Delegate? factory) => factory?.GetType().GenericTypeArguments[^1];
}
