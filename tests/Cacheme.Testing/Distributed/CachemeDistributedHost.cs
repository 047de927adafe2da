using Cacheme.DependencyInjection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Testing.Distributed;

/// <summary>Cacheme's <see cref="IDistributedCache"/> over a chain; with a clock that is turned.</summary>
public sealed class CachemeDistributedHost : DistributedHost
{
    private readonly ServiceProvider _services;
    private readonly Func<TimeSpan, ValueTask> _elapse;

    /// <param name="configure">Adds storages and the cache.</param>
    /// <param name="elapse">Lets time pass for what has a clock of its own.</param>
    /// <param name="time">The clock of another host that is to be this one's too.</param>
    public CachemeDistributedHost(Action<CachemeBuilder> configure, Func<TimeSpan, ValueTask>? elapse = null, FakeTimeProvider? time = null)
    {
        _elapse = elapse ?? (static _ => default);
        Time = time ?? new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddCacheme(configure);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _services;

    public override IDistributedCache Cache => _services.GetRequiredService<IDistributedCache>();

    public override DateTimeOffset Now => Time.GetUtcNow();

    public override ValueTask ElapseAsync(TimeSpan time)
    {
        Time.Advance(time);
        return _elapse(time);
    }

    public override ValueTask DisposeAsync() => _services.DisposeAsync();
}
