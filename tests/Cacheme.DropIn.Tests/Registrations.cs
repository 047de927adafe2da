using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.DropIn.Tests;

/// <summary>The line of the application that changes.</summary>
internal static class Registrations
{
    public static void Microsofts(IServiceCollection services) => services.AddHybridCache();

    public static void CachemeInMemory(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddLocal("local", size: 10_000)
        .AddHybridCache(policy => policy.Cache("local")));

    // The application's own IDistributedCache goes on being the second tier.
    public static void CachemeInFrontOfTheApplicationsCache(IServiceCollection services) => services.AddCacheme(cacheme => cacheme
        .AddLocal("local", size: 10_000)
        .AddDistributedCacheStorage("distributed")
        .AddHybridCache(policy => policy.Cache("local").Cache("distributed")));
}
