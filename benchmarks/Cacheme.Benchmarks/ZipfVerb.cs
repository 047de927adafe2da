using Cacheme.Benchmarks.Servers;
using Cacheme.Servers;
using Cacheme.Benchmarks.Subjects;
using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks;

/// <summary>The reference's workload: many workers, few keys that are asked for often, and a slow source.</summary>
internal static class ZipfVerb
{
    private const int Requests = 200_000;
    private const int Rounds = 3;
    private const int LocalSize = 3_000;

    /// <summary>Measures and prints; 1 when a run was not as it must be.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<int> crews)
    {
        await using var server = await RedisServer.StartAsync();
        await using var probe = await RedisProbe.ConnectAsync(server);
        var workload = Workload.OfOne(Requests);

        Console.WriteLine($"{Requests:N0} requests, a load sleeps 0.1 s, median of {Rounds} rounds in turns. Redis only:");
        var remote = new Contest(workload, [Remote(server), Plain(server)], probe, Rounds);
        await remote.WarmUpAsync();
        await remote.RunAsync(crews.Count > 0 ? crews : [1_000, 10_000, 100_000]);

        Console.WriteLine();
        Console.WriteLine($"With a local W-TinyLFU of {LocalSize:N0} in front:");
        var local = new Contest(workload, [Local(server)], probe, rounds: 1);
        await local.WarmUpAsync();
        await local.RunAsync(crews.Count > 0 ? crews : [1_000, 10_000]);
        return remote.HasFaults || local.HasFaults ? 1 : 0;
    }

    private static Contender Remote(RedisServer server) => new("Cacheme", source => CachemeHost.StartAsync(
        source,
        cacheme => cacheme.AddPatientRedis(server.EndPoint).AddNode<UidNode>(),
        static async (cacheme, uids) => await cacheme.GetAsync(new UidNode(uids[0])) == uids[0]));

    private static Contender Plain(RedisServer server) =>
        new("plain StackExchange.Redis", source => PlainRedis.ConnectAsync(server.EndPoint, source));

    private static Contender Local(RedisServer server) => new("Cacheme, local tlfu", source => CachemeHost.StartAsync(
        source,
        cacheme => cacheme
            .AddLocal("local", LocalSize, EvictionPolicy.TinyLfu)
            .AddPatientRedis(server.EndPoint)
            .AddNode<LocalUidNode>(),
        static async (cacheme, uids) => await cacheme.GetAsync(new LocalUidNode(uids[0])) == uids[0]));
}
