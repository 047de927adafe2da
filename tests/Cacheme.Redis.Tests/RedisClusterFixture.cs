using System.Globalization;
using Cacheme.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Cacheme.Redis.Tests;

/// <summary>A cluster for one class of tests, and a connection to look at it from outside the storage.</summary>
/// <remarks>Its nodes are so patient with each other that no master is voted out because the machine is busy.</remarks>
public class RedisClusterFixture : IAsyncLifetime
{
    private RedisCluster? _cluster;
    private ConnectionMultiplexer? _observer;

    public RedisCluster Cluster => Running(_cluster);

    public IConnectionMultiplexer Observer => Running(_observer);

    public IDatabase Database => Observer.GetDatabase();

    protected virtual string[] Arguments => ["--cluster-node-timeout", "5000"];

    public async ValueTask InitializeAsync()
    {
        // A test can be skipped, a fixture cannot: where there is no server the tests find out when they ask for it.
        if (RedisServer.IsAvailable)
        {
            _cluster = await RedisCluster.StartAsync(Arguments);
            _observer = await ConnectionMultiplexer.ConnectAsync($"{_cluster.EndPoints},allowAdmin=true");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_observer, _cluster])
        {
            await (part?.DisposeAsync() ?? default);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A storage as AddRedis makes it.</summary>
    /// <param name="time">The clock; null for the machine's.</param>
    internal RedisStorage Open(TimeProvider? time = null) => RedisStorage.Connecting(
        RedisConfiguration.Parse(Cluster.EndPoints, new RedisStorageOptions()),
        time is null ? null : new ServiceCollection().AddSingleton(time).BuildServiceProvider());

    /// <summary>How often the nodes together ran a command since <see cref="ForgetCommandsAsync()"/>.</summary>
    /// <param name="command">The command, in lower case.</param>
    public Task<int> CountAsync(string command) => CountAsync(command, Observer.GetServers());

    /// <summary>How often one node ran a command since <see cref="ForgetCommandsAsync()"/>.</summary>
    /// <param name="command">The command, in lower case.</param>
    /// <param name="node">The node.</param>
    public Task<int> CountAsync(string command, RedisServer node) => CountAsync(command, [Observer.GetServer(node.EndPoint)]);

    /// <summary>How often some nodes ran a command since <see cref="ForgetCommandsAsync()"/>.</summary>
    /// <param name="command">The command, in lower case.</param>
    /// <param name="nodes">The nodes.</param>
    public static async Task<int> CountAsync(string command, IEnumerable<IServer> nodes)
    {
        var sections = await Task.WhenAll(nodes.Select(server => server.InfoAsync("commandstats")));
        return sections.SelectMany(server => server).SelectMany(section => section)
            .Where(line => line.Key == $"cmdstat_{command}")
            .Sum(line => int.Parse(line.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture));
    }

    public Task ForgetCommandsAsync() => Task.WhenAll(Observer.GetServers().Select(server => server.ConfigResetStatisticsAsync()));

    public Task ForgetCommandsAsync(RedisServer node) => Observer.GetServer(node.EndPoint).ConfigResetStatisticsAsync();

    /// <summary>A master other than the one that serves a slot.</summary>
    /// <param name="slot">The slot.</param>
    public async Task<RedisServer> OtherMasterAsync(int slot)
    {
        var master = await Cluster.MasterOfAsync(slot);
        return (await Cluster.MastersAsync()).First(other => other != master);
    }

    private static T Running<T>(T? part)
        where T : class
    {
        RedisServer.Require();
        return part ?? throw new InvalidOperationException("The cluster does not run yet.");
    }
}
