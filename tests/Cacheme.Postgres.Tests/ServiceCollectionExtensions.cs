using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Postgres.Tests;

internal static class ServiceCollectionExtensions
{
    public static IServiceProvider BuildServices(this ServiceCollection services) => services.BuildServiceProvider();
}
