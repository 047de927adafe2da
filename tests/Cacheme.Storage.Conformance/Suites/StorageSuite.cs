using Cacheme.DependencyInjection;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Storage.Conformance.Suites;

/// <summary>A part of what every storage must do. Each storage inherits every suite, and adds nothing to it.</summary>
/// <param name="fixture">The storage's backend.</param>
public abstract class StorageSuite(BackendFixture fixture) : StorageHarness
{
    /// <summary>The storage's name in hosts made here.</summary>
    protected const string StorageName = "storage";

    private readonly List<ServiceProvider> _services = [];
    private readonly List<IStorage> _others = [];

    /// <summary>The storage's backend.</summary>
    protected StorageBackend Backend => fixture.Backend;

    /// <summary>What hosts made here logged.</summary>
    protected LogRecorder Log { get; } = new();

    /// <inheritdoc/>
    protected override TimeSpan ClockError => Backend.ClockError;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        foreach (var services in _services)
        {
            await services.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the storage as AddCacheme makes it, without what stands around it.</summary>
    /// <inheritdoc/>
    protected override ValueTask<IStorage> CreateAsync(TimeProvider time)
    {
        var services = new ServiceCollection().AddSingleton(time);
        services.AddCacheme(cacheme => Backend.Register(cacheme, StorageName));
        var provider = services.BuildServiceProvider();
        _services.Add(provider);
        return new(provider.GetRequiredService<CachemeRegistrations>().RemoteStorages.Single().Create(provider));
    }

    /// <summary>Makes the storage once more, as another process has it.</summary>
    protected async Task<IStorage> OtherAsync()
    {
        var other = await CreateAsync(Time);
        _others.Add(other);
        return other;
    }

    /// <inheritdoc/>
    protected override ValueTask ElapseAsync(TimeSpan time) => Backend.ElapseAsync(Time, time);

    /// <summary>A host whose nodes cache in the storage, as an application has it; real time passes for it.</summary>
    /// <param name="configure">What else is said in AddCacheme; without it the storage is registered by its method.</param>
    /// <param name="settings">What stands in appsettings.</param>
    protected async Task<IHost> StartHostAsync(Action<CachemeBuilder>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddCacheme(cacheme =>
        {
            (configure ?? (add => Backend.Register(add, StorageName)))(cacheme);
            cacheme.Prefix(Key("host")).AddNode<TextNode>();
        });
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }
}
