using Cacheme.Hybrid;
using Cacheme.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Hybrid;

/// <summary>The one that is to be tried.</summary>
internal sealed class CachemeHost : HybridHost
{
    private readonly Action<IServiceCollection>? _more;
    private readonly CachemeHost? _first;
    private readonly CacheFixture _fixture;
    private readonly List<CachemeHost> _others = [];

    private CachemeHost(Action<IServiceCollection>? more, CachemeHost? first)
    {
        _more = more;
        _first = first;
        _fixture = new CacheFixture(
            cacheme => cacheme
                .AddHybridCache(policy => policy.Cache("local").Cache("remote"))
                .AddPolicy("one", policy => policy.Cache("local").Cache("remote"))
                .AddPolicy("two", policy => policy.Cache("local").Cache("remote")),
            more,
            first?._fixture);
        _fixture.Remote.Log ??= new FakeLog();
    }

    public CacheFixture Fixture => _fixture;

    public override HybridCache Cache => _fixture.Services.GetRequiredService<HybridCache>();

    public override int SecondTierCount => _fixture.Remote.Keys.Count;

    public static async Task<CachemeHost> StartAsync(Action<IServiceCollection>? more = null, CachemeHost? first = null)
    {
        var host = new CachemeHost(more, first);
        await host._fixture.StartAsync();
        return host;
    }

    public override HybridCache Named(string name) => _fixture.Services.GetRequiredKeyedService<HybridCache>(name);

    public override async Task<HybridHost> StartOtherAsync()
    {
        var other = await StartAsync(_more, this);
        _others.Add(other);
        return other;
    }

    public override Task SettleAsync() => Eventually.HoldsAsync(() =>
    {
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(_others.Append(_first ?? this).Append(this).All(IsSettled));
    });

    public override void BreakSecondTier() => _fixture.Remote.Before = static (_, _) => throw new InvalidOperationException("The second tier is down.");

    public override async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    private bool IsSettled(CachemeHost host)
    {
        var context = ((CachemeHybridCache)host.Cache).Context;
        return context.Flights.Count == 0 && context.Definition.Bus is { IsAtRest: true } bus && bus.Position == _fixture.Remote.Log!.Last; // Set as the host was made.
    }
}
