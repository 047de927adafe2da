using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.MySql.Tests;

internal static class ServiceCollectionExtensions
{
    public static IServiceProvider BuildServices(this ServiceCollection services) => services.BuildServiceProvider();
}
