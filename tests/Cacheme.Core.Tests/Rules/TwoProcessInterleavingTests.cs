using Cacheme.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cacheme.Tests.Rules;

/// <summary>Rule 2 across processes, against chance: two hosts on shared storages and a log. A failure names its seed.</summary>
public sealed class TwoProcessInterleavingTests : IAsyncDisposable
{
    private const int Interleavings = 2_000;
    private const int FirstSeed = 1;

    private readonly FakeTimeProvider _time = new();
    private readonly VersionedSource _source = new();
    private readonly FakeLog _log = new();
    private readonly HeldStorage _shared;

    public TwoProcessInterleavingTests() => _shared = new HeldStorage { Log = _log };

    public ValueTask DisposeAsync() => _shared.DisposeAsync();

    [Fact]
    public Task Rule2_OneSharedStorage_NothingOlderThanWhatAProcessHasHeardOfIsServed() =>
        RunAsync([_shared], [("shared", TimeSpan.FromHours(1))], _ => [("shared", _shared)]);

    [Fact]
    public async Task Rule2_AFartherStorageToCopyFrom_NothingOlderThanWhatAProcessHasHeardOfIsServed()
    {
        var far = new HeldStorage();
        await RunAsync([_shared, far], [("shared", TimeSpan.FromSeconds(3)), ("far", TimeSpan.FromHours(1))], _ => [("shared", _shared), ("far", far)]);
    }

    [Fact]
    public async Task Rule2_AStorageOfItsOwnInFront_NothingOlderThanWhatAProcessHasHeardOfIsServed()
    {
        HeldStorage[] own = [new(), new()];
        await RunAsync([_shared, .. own], [("own", TimeSpan.FromHours(1)), ("shared", TimeSpan.FromHours(1))], process => [("own", own[process]), ("shared", _shared)]);
    }

    private async Task RunAsync(
        IReadOnlyList<HeldStorage> all, (string Storage, TimeSpan TimeToLive)[] chain, Func<int, (string Name, HeldStorage Storage)[]> storagesOf)
    {
        _log.Pass = _ => _shared.Turnstile.PassAsync();
        await using var one = Services(chain, storagesOf(0)).BuildServiceProvider();
        await using var other = Services(chain, storagesOf(1)).BuildServiceProvider();

        for (var seed = FirstSeed; seed < FirstSeed + Interleavings; seed++)
        {
            await new TwoProcessInterleaving(seed, [one, other], _source, all, _log, _time).RunAsync();
            foreach (var storage in all)
            {
                storage.Clear();
            }
        }

        var stats = one.GetRequiredService<ICacheme>().Stats<InterleavedNode>();
        Assert.True(stats.HitsByStorage.Values.All(hits => hits > 0) && stats.InvalidationCount > 0);
    }

    private ServiceCollection Services((string Storage, TimeSpan TimeToLive)[] chain, (string Name, HeldStorage Storage)[] storages)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time).AddSingleton(_source).AddCacheme(cacheme =>
        {
            cacheme.AddLocal("near", 64, EvictionPolicy.Lru);
            foreach (var (name, storage) in storages)
            {
                cacheme.AddStorage(name, _ => storage, options => options.FailuresBeforeBreak = int.MaxValue);
            }

            cacheme.AddNode<InterleavedNode>(policy =>
            {
                policy.Cache("near", TimeSpan.FromSeconds(20));
                foreach (var (storage, timeToLive) in chain)
                {
                    policy.Cache(storage, timeToLive);
                }
            });
        });
        return services;
    }
}
