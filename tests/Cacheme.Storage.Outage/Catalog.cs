using Cacheme.Servers;
using Cacheme.Storage.Outage.Backends;
using Cacheme.Storage.Outage.Runs;

namespace Cacheme.Storage.Outage;

/// <summary>All backends there are, by name.</summary>
internal static class Catalog
{
    private static readonly Type[] Types =
        [.. typeof(Catalog).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(StorageBackend)) && !type.IsAbstract)];

    public static IEnumerable<string> Names => Find("all").Select(backend => backend.Name).Order(StringComparer.Ordinal);

    /// <summary>The backends whose name begins so; all of them for <c>all</c>.</summary>
    public static IReadOnlyList<StorageBackend> Find(string name) =>
    [
        .. Types.Select(type => (StorageBackend)Activator.CreateInstance(type)!) // Not null: it is a class.
            .Where(backend => name == "all" || backend.Name == name || backend.Name.StartsWith(name + " ", StringComparison.Ordinal))
            .OrderBy(backend => backend.Name, StringComparer.Ordinal),
    ];

    /// <summary>Runs each fault of each backend and prints a line for it, and one for each problem; 1 when there was one.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<StorageBackend> backends, OutagePlan plan)
    {
        Console.WriteLine(OutageReport.Head);
        var problems = 0;
        foreach (var backend in backends)
        {
            try
            {
                await using (backend)
                {
                    problems += await RunAsync(backend, plan);
                }
            }
            catch (Exception failure)
            {
                // The others are tried all the same, and what was seen before is printed.
                Console.WriteLine($"FAULT: {backend.Name}: {(failure is ServerMissingException missing ? missing.Reason : failure)}");
                problems++;
            }
        }

        return problems == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(StorageBackend backend, OutagePlan plan)
    {
        await backend.StartAsync();
        var problems = 0;
        foreach (var fault in backend.Faults)
        {
            var report = await OutageRun.ExecuteAsync(backend, fault, plan);
            Console.WriteLine(report);
            foreach (var problem in report.Problems)
            {
                Console.WriteLine($"FAULT: {problem}");
                problems++;
            }
        }

        return problems;
    }
}
