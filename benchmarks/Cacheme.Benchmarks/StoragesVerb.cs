using Cacheme.Benchmarks.Storages;

namespace Cacheme.Benchmarks;

/// <summary>Each storage through Cacheme and by its driver alone, doing the same statements.</summary>
internal static class StoragesVerb
{
    private static readonly Dictionary<string, Func<Task<StorageStand>>> Stands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["distributed"] = DistributedCacheStand.StartAsync,
        ["mariadb"] = MariaDbStand.StartAsync,
        ["mongodb"] = MongoStand.StartAsync,
        ["postgres"] = PostgresStand.StartAsync,
        ["redis"] = RedisStand.StartAsync,
        ["redis-cluster"] = RedisClusterStand.StartAsync,
        ["sqlite"] = SqliteStand.StartAsync,
    };

    /// <summary>Measures and prints; 1 when a run was not as it must be.</summary>
    /// <param name="names">The storages; all when none is named.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !Stands.ContainsKey(name)) is { } unknown)
        {
            Console.WriteLine($"There is no storage '{unknown}'; there are {string.Join(", ", Stands.Keys)}.");
            return 1;
        }

        var hasFaults = false;
        StorageContest.PrintHead();
        foreach (var name in names.Count > 0 ? names : [.. Stands.Keys])
        {
            await using var stand = await Stands[name]();
            var contest = new StorageContest(stand);
            await contest.RunAsync();
            hasFaults |= contest.HasFaults;
        }

        return hasFaults ? 1 : 0;
    }
}
