using Cacheme.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Cacheme.Tests.DependencyInjection;

/// <summary>AddCacheme among the registrations of others, and settings that cannot work.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void AddCacheme_AfterKeyedServices_IsAdded()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton("key", new Source());

        services.AddCacheme(cacheme => cacheme.AddLocal("local", 10));

        using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<ICacheme>());
    }

    [Fact]
    public void Start_MaxKeyLengthOfZeroInTheConfiguration_IsASetupError()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Cacheme:MaxKeyLength", "0")]).Build());
        services.AddCacheme(cacheme => cacheme.AddLocal("local", 10));
        using var provider = services.BuildServiceProvider();

        Assert.Throws<CachemeSetupException>(provider.GetRequiredService<ICacheme>);
    }

    [Fact]
    public async Task BuildNode_NameInUse_LeavesNothingInTheMeter()
    {
        await using var fixture = new CacheFixture(_ => { });
        fixture.Cacheme.BuildNode<int>("one", policy => policy.Cache("local"));
        using var requests = new MetricCollector<long>(fixture.Meters, "Cacheme", "cacheme.cache.requests");

        Assert.Throws<CachemeSetupException>(() => fixture.Cacheme.BuildNode<int>("one", policy => policy.Cache("local")));

        requests.RecordObservableInstruments();
        Assert.Equal(2, requests.GetMeasurementSnapshot().Count); // A hit's and a miss's.
    }

    [Fact]
    public async Task Start_TimeoutThatNoTimerTakes_IsASetupError()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddStorage(
            "slow", _ => new FakeStorage(TimeProvider.System), options => options.Timeout = TimeSpan.MaxValue));

        Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);
    }
}
