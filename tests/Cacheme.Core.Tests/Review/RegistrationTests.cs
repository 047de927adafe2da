using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Review;

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
    public async Task Start_TimeoutThatNoTimerTakes_IsASetupError()
    {
        await using var fixture = new CacheFixture(cacheme => cacheme.AddStorage(
            "slow", _ => new FakeStorage(TimeProvider.System), options => options.Timeout = TimeSpan.MaxValue));

        Assert.Throws<CachemeSetupException>(() => fixture.Cacheme);
    }
}
