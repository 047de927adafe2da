using Cacheme.Servers;

namespace Cacheme.Redis.Tests;

/// <summary>A server in cluster mode that owns every slot.</summary>
public sealed class RedisClusterFixture : RedisFixture
{
    // The driver connects to the address that a node announces, and a node that never met another knows none.
    protected override string[] Arguments => ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (!RedisServer.IsAvailable)
        {
            return;
        }

        await Observer.GetServer(Server.EndPoint).ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Eventually.HoldsAsync(async () => (await Database.ExecuteAsync("CLUSTER", "INFO")).ToString().Contains("cluster_state:ok", StringComparison.Ordinal));
    }
}
