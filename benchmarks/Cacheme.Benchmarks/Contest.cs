using System.Globalization;
using Cacheme.Benchmarks.Servers;
using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks;

/// <summary>Runs contenders in turns, several rounds, and prints the median of each.</summary>
internal sealed class Contest(Workload workload, IReadOnlyList<Contender> contenders, RedisProbe probe, int rounds)
{
    private const int WarmUpWorkers = 5_000;

    /// <summary>Whether a run was not as it must be.</summary>
    public bool HasFaults { get; private set; }

    /// <summary>Lets the JIT see all the code, and compile it a second time, before it counts.</summary>
    public async Task WarmUpAsync()
    {
        foreach (var contender in contenders)
        {
            await contender.RunAsync(workload, WarmUpWorkers, probe);
        }
    }

    public async Task RunAsync(IEnumerable<int> crews)
    {
        Console.WriteLine($"| workers | {"cache",-32} | time s | ideal s | ratio | cpu s | KB a request |  loads | unique |   GETs |");
        Console.WriteLine($"|--------:|-{new string('-', 32)}-|-------:|--------:|------:|------:|-------------:|-------:|-------:|-------:|");
        foreach (var workers in crews)
        {
            var runs = contenders.Select(_ => new List<Measured>()).ToList();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < contenders.Count; i++)
                {
                    runs[i].Add(await contenders[i].RunAsync(workload, workers, probe));
                }
            }

            var ideal = IdealTime.Of(workload, workers);
            for (var i = 0; i < contenders.Count; i++)
            {
                Print(workers, contenders[i].Name, ideal, runs[i]);
            }
        }
    }

    private void Print(int workers, string name, TimeSpan ideal, List<Measured> runs)
    {
        var median = runs.OrderBy(run => run.Time).ElementAt(runs.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workers,7} | {name,-32} | {median.Time.TotalSeconds,6:F2} | {ideal.TotalSeconds,7:F2} | {median.Time / ideal,5:F2} | {median.Cpu.TotalSeconds,5:F2} | {median.Allocated / 1024.0 / workload.Requests.Count,12:F1} | {median.Loads,6} | {workload.UniqueKeys,6} | {median.Gets,6} |"));
        foreach (var fault in runs.SelectMany(run => run.Faults).Distinct())
        {
            HasFaults = true;
            Console.WriteLine($"FAULT: {name} with {workers} workers: {fault}");
        }
    }
}
