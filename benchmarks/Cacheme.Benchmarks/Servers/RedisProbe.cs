using System.Globalization;
using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Servers;

/// <summary>Empties a server between runs, and reads from the server itself how many commands it was sent.</summary>
internal sealed class RedisProbe(ConnectionMultiplexer redis) : IAsyncDisposable
{
    private IServer Server => redis.GetServers()[0];

    public static async Task<RedisProbe> ConnectAsync(RedisServer server) =>
        new(await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true"));

    /// <summary>Removes all keys, and starts to count anew.</summary>
    public async Task ResetAsync()
    {
        await Server.FlushAllDatabasesAsync();
        await Server.ConfigResetStatisticsAsync();
    }

    /// <summary>The GETs and MGETs since the last reset.</summary>
    public async Task<long> CountGetsAsync() =>
        (await Server.InfoAsync("commandstats"))
            .SelectMany(section => section)
            .Where(line => line.Key is "cmdstat_get" or "cmdstat_mget")
            .Sum(line => Calls(line.Value));

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    // calls=12,usec=34,...
    private static long Calls(string line) => long.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
}
