using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.Benchmarks.Hybrids;

/// <summary>A provider of HybridCache in services of its own, started as a host starts it.</summary>
internal sealed class HybridSubject : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private HybridSubject(string name, ServiceProvider services)
    {
        Name = name;
        _services = services;
        Cache = services.GetRequiredService<HybridCache>();
    }

    /// <summary>Its row in the table.</summary>
    public string Name { get; }

    public HybridCache Cache { get; }

    public static async Task<HybridSubject> StartAsync(string name, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(services);
        var subject = new HybridSubject(name, services.BuildServiceProvider());
        foreach (var service in subject._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return subject;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
