using System.Diagnostics.Metrics;
using Cacheme.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Testing;

/// <summary>A host with Cacheme in it, a clock that the test turns, and a remote storage "remote" that the test can disturb.</summary>
public sealed class CacheFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="configure">Adds nodes.</param>
    /// <param name="more">Adds other services.</param>
    /// <param name="sharing">A host whose clock and remote storage this one has too, as another process would.</param>
    public CacheFixture(Action<CachemeBuilder> configure, Action<IServiceCollection>? more = null, CacheFixture? sharing = null)
    {
        Time = sharing?.Time ?? new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        Remote = sharing?.Remote ?? new FakeStorage(Time);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        services.AddCacheme(cacheme =>
        {
            cacheme.AddLocal("local", 1000, EvictionPolicy.Lru).AddStorage("remote", _ => Remote);
            configure(cacheme);
        });
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
        Meters = _services.GetRequiredService<IMeterFactory>();
    }

    public FakeTimeProvider Time { get; }

    public FakeStorage Remote { get; }

    public LogRecorder Log { get; } = new();

    public IServiceProvider Services => _services;

    public ICacheme Cacheme => _services.GetRequiredService<ICacheme>();

    /// <summary>To be had after the host is disposed too: a listener is told of the meters of every test, at any time.</summary>
    public IMeterFactory Meters { get; }

    /// <summary>Starts the hosted services, as a host would.</summary>
    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    public INodeCache<TNode, TValue> Cache<TNode, TValue>()
        where TNode : notnull => _services.GetRequiredService<INodeCache<TNode, TValue>>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
