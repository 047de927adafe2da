using Cacheme.Benchmarks.Servers;
using Cacheme.Servers;
using Cacheme.Benchmarks.Subjects;
using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks;

/// <summary>The reference's batch workload: many workers who ask for many keys at once.</summary>
internal static class BatchVerb
{
    private const int Requests = 10_000;
    private const int Keys = 20;
    private const int Rounds = 3;

    /// <summary>Measures and prints; 1 when a run was not as it must be.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<int> crews)
    {
        await using var server = await RedisServer.StartAsync();
        await using var probe = await RedisProbe.ConnectAsync(server);

        Console.WriteLine($"{Requests:N0} requests for {Keys} keys, a batch load sleeps 0.1 s, median of {Rounds} rounds in turns. Redis only:");
        var contest = new Contest(Workload.OfMany(Requests, Keys), [Cacheme(server), Plain(server)], probe, Rounds);
        await contest.WarmUpAsync();
        await contest.RunAsync(crews.Count > 0 ? crews : [1_000, 10_000]);
        return contest.HasFaults ? 1 : 0;
    }

    private static Contender Cacheme(RedisServer server) => new("Cacheme", source => CachemeHost.StartAsync(
        source,
        cacheme => cacheme.AddPatientRedis(server.EndPoint).AddNode<BatchUidNode>(),
        static async (cacheme, uids) => (await cacheme.GetAllAsync(uids.Select(uid => new BatchUidNode(uid)))).SequenceEqual(uids)));

    private static Contender Plain(RedisServer server) =>
        new("plain StackExchange.Redis", source => PlainRedisBatch.ConnectAsync(server.EndPoint, source));
}
