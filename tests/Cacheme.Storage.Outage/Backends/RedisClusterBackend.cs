using Cacheme.DependencyInjection;
using Cacheme.Servers;
using Cacheme.Storage.Outage.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Cacheme.Storage.Outage.Backends;

/// <summary>A Redis Cluster of three masters, each with a replica. What befalls it befalls one master; down at the start are all nodes.</summary>
public sealed class RedisClusterBackend : StorageBackend
{
    private RedisCluster? _cluster;
    private RedisServer? _victim;

    /// <inheritdoc/>
    public override string Name => "redis-cluster";

    /// <inheritdoc/>
    public override string Package => "Cacheme.Redis";

    /// <inheritdoc/>
    public override string Url => $"redis://{Cluster.EndPoints}";

    /// <summary>Redis goes by its own clock, which runs on while a test does its work, on a machine that may be busy.</summary>
    public override TimeSpan ClockError => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override Fault Killed => new("master killed", _ => OnAMasterAsync(master => master.Stop()), () => _victim!.RestartAsync()) // Not null: it was killed before.
    {
        Symptom = Symptom.SomeFails,
        AgreeAsync = AgreeAsync,
    };

    /// <inheritdoc/>
    public override Fault Frozen => new("master frozen", _ => OnAMasterAsync(master => master.Pause()), ThawAsync)
    {
        Symptom = Symptom.SomeFails,
        AgreeAsync = AgreeAsync,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Fault> Faults => [Killed, Frozen, DownAtStart, new RubbishFault(this)];

    private Fault DownAtStart => new("down at start", _ => StopAllAsync(), RestartAllAsync) { BeforeStart = true, AgreeAsync = AgreeAsync };

    private RedisCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster is started by StartAsync.");

    /// <inheritdoc/>
    public override async Task StartAsync() => _cluster = await RedisCluster.StartAsync();

    /// <inheritdoc/>
    public override void Register(CachemeBuilder cacheme, string storage) => cacheme.AddRedis(storage, Cluster.EndPoints);

    /// <inheritdoc/>
    public override async Task OverwriteAsync(IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        await using var redis = await ObserveAsync();
        await Task.WhenAll(entries.Select(entry => redis.GetDatabase().StringSetAsync(entry.Key, entry.Value)));
    }

    /// <inheritdoc/>
    public override async Task<int> CountConnectionsAsync()
    {
        await using var redis = await ObserveAsync();
        var clients = await Task.WhenAll(redis.GetServers().Select(server => server.ClientListAsync()));
        return clients.SelectMany(each => each).Count(client => client.Name != nameof(RedisClusterBackend) && client.ClientType == ClientType.Normal);
    }

    /// <inheritdoc/>
    public override async ValueTask ElapseAsync(FakeTimeProvider time, TimeSpan span)
    {
        await using var redis = await ObserveAsync();
        await RedisClock.ElapseAsync(redis, span);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task<ConnectionMultiplexer> ObserveAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"{Cluster.EndPoints},allowAdmin=true,name={nameof(RedisClusterBackend)}");

    private async Task OnAMasterAsync(Action<RedisServer> befall)
    {
        // Without a replica that has what it has, its slots would go with it.
        await Cluster.WaitUntilWholeAsync();
        _victim = await Cluster.MasterOfAsync(slot: 0);
        befall(_victim);
    }

    private Task AgreeAsync() => Cluster.WaitUntilServedAsync();

    private Task ThawAsync()
    {
        _victim!.Resume(); // Not null: it was frozen before.
        return Task.CompletedTask;
    }

    private Task StopAllAsync()
    {
        foreach (var node in Cluster.Nodes)
        {
            node.Stop();
        }

        return Task.CompletedTask;
    }

    private Task RestartAllAsync() => Task.WhenAll(Cluster.Nodes.Select(node => node.RestartAsync()));
}
