using Cacheme.Testing;
using Cacheme.Tests.Storage.DistributedCaches;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>The one that everybody has.</summary>
internal sealed class MicrosoftHost : HybridHost
{
    private readonly FakeDistributedCache _secondTier;
    private readonly Action<IServiceCollection>? _more;
    private readonly ServiceProvider _services;
    private readonly List<MicrosoftHost> _others = [];

    public MicrosoftHost(Action<IServiceCollection>? more = null, FakeDistributedCache? secondTier = null)
    {
        _more = more;
        _secondTier = secondTier ?? new FakeDistributedCache();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IDistributedCache>(_secondTier);
        services.AddHybridCache();
        services.AddKeyedHybridCache("one");
        services.AddKeyedHybridCache("two");
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public override HybridCache Cache => _services.GetRequiredService<HybridCache>();

    public override int SecondTierCount => _secondTier.Names.Count;

    public override HybridCache Named(string name) => _services.GetRequiredKeyedService<HybridCache>(name);

    public override Task<HybridHost> StartOtherAsync()
    {
        var other = new MicrosoftHost(_more, _secondTier);
        _others.Add(other);
        return Task.FromResult<HybridHost>(other);
    }

    // It writes behind its callers, and says nowhere when it has.
    public override async Task SettleAsync()
    {
        var calls = -1;
        await Eventually.HoldsAsync(() =>
        {
            var before = calls;
            calls = _secondTier.Calls.Count;
            return Task.FromResult(calls == before);
        });
    }

    public override void BreakSecondTier() => _secondTier.Before = static (_, _, _) => throw new InvalidOperationException("The second tier is down.");

    public override async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        await _services.DisposeAsync();
    }
}
