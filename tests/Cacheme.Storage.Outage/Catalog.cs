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

    /// <summary>Runs each fault of each backend and prints a line for it; 1 when a run was not as it must be.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<StorageBackend> backends, OutagePlan plan)
    {
        Console.WriteLine(OutageReport.Head);
        var problems = new List<string>();
        foreach (var backend in backends)
        {
            await using (backend)
            {
                await backend.StartAsync();
                foreach (var fault in backend.Faults)
                {
                    var report = await OutageRun.ExecuteAsync(backend, fault, plan);
                    Console.WriteLine(report);
                    problems.AddRange(report.Problems);
                }
            }
        }

        problems.ForEach(problem => Console.WriteLine($"FAULT: {problem}"));
        return problems.Count == 0 ? 0 : 1;
    }
}
