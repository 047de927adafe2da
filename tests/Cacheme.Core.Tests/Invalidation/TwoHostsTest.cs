using Cacheme.DependencyInjection;
using Cacheme.Invalidation;
using Cacheme.Nodes;
using Cacheme.Pipeline;
using Cacheme.Storage;
using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Tests.Invalidation;

/// <summary>Two hosts, as two processes would be, that share a storage, its log, the source and the clock.</summary>
public abstract class TwoHostsTest : IAsyncLifetime
{
    private CacheFixture? _here;
    private CacheFixture? _there;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected Source Source { get; } = new();

    protected FakeLog Log { get; } = new();

    protected CacheFixture Here => _here!; // Not null: made before each test.

    protected CacheFixture There => _there!; // As above.

    public async ValueTask InitializeAsync()
    {
        _here = Host();
        _here.Remote.Log = Log;
        _there = Host(_here);
        await _here.StartAsync();
        await _there.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await There.DisposeAsync();
        await Here.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(CachemeBuilder cacheme) => cacheme.AddNode<ItemNode>();

    protected CacheFixture Host(CacheFixture? sharing = null, Action<StorageOptions>? options = null, Action<CachemeBuilder>? more = null) => new(
        cacheme =>
        {
            cacheme.ConfigureStorage("remote", options ?? (_ => { }));
            Configure(cacheme);
            more?.Invoke(cacheme);
        },
        services => services.AddSingleton(Source),
        sharing);

    protected static async Task<string> GetAsync(CacheFixture host, int id) => (await host.Cacheme.GetAsync(new ItemNode(id), Ct)).Text;

    /// <summary>Waits until both have read the log to its end, and have done what follows from it.</summary>
    protected Task HeardAsync() => HeardAsync(Here, There);

    protected Task HeardAsync(params CacheFixture[] hosts) => Eventually.HoldsAsync(() =>
    {
        Here.Time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(Log.Last > 0 && hosts.All(host => Bus(host).Position == Log.Last && Bus(host).IsAtRest));
    });

    /// <summary>Waits until both have read the log to its end, whatever follows from it.</summary>
    protected Task ReadAsync() => Eventually.HoldsAsync(() =>
    {
        Here.Time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(Log.Last > 0 && Bus(Here).Position == Log.Last && Bus(There).Position == Log.Last);
    });

    /// <summary>Waits until time has passed, and both have looked at the log since.</summary>
    protected async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            var reads = Log.Reads;
            Here.Time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => Task.FromResult(Log.Reads >= reads + 2));
        }
    }

    private protected static InvalidationBus Bus(CacheFixture host) => Definition(host).Bus!;

    private protected static NodeDefinition Definition(CacheFixture host) => ((NodeCache<ItemNode, Item>)host.Cache<ItemNode, Item>()).Definition;
}
