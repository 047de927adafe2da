using System.Diagnostics;
using System.Globalization;

namespace Cacheme.Benchmarks.Hybrids;

/// <summary>Runs the providers in turns, round by round, and keeps the median of each.</summary>
internal sealed class HybridContest(IReadOnlyList<HybridSubject> subjects)
{
    private const int WarmUps = 3;
    private const int Rounds = 9;

    private int _from;

    public static void PrintHead()
    {
        Console.WriteLine($"| {"what",-32} | {"provider",-16} | ns a call | ratio | bytes |");
        Console.WriteLine($"|-{new string('-', 32)}-|-{new string('-', 16)}-|----------:|------:|------:|");
    }

    public async Task RunAsync(IEnumerable<HybridScenario> scenarios)
    {
        foreach (var scenario in scenarios)
        {
            await RunAsync(scenario);
        }
    }

    private async Task RunAsync(HybridScenario scenario)
    {
        var runs = subjects.Select(_ => new List<(double Nanoseconds, double Bytes)>()).ToList();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            for (var i = 0; i < subjects.Count; i++)
            {
                var run = await MeasureAsync(scenario, subjects[i]);
                if (round >= WarmUps)
                {
                    runs[i].Add(run);
                }
            }

            // Keys that nobody has asked for, for those who count misses.
            _from += scenario.Calls;
        }

        var medians = runs.ConvertAll(rounds => (rounds.Select(run => run.Nanoseconds).Order().ElementAt(Rounds / 2), rounds.Select(run => run.Bytes).Order().ElementAt(Rounds / 2)));
        for (var i = 0; i < subjects.Count; i++)
        {
            var (nanoseconds, bytes) = medians[i];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {scenario.Name,-32} | {subjects[i].Name,-16} | {nanoseconds,9:F1} | {nanoseconds / medians[0].Item1,5:F2} | {bytes,5:F0} |"));
        }
    }

    private async Task<(double Nanoseconds, double Bytes)> MeasureAsync(HybridScenario scenario, HybridSubject subject)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await scenario.Run(subject.Cache, _from, scenario.Calls);
        var time = Stopwatch.GetElapsedTime(started);
        return (time.TotalNanoseconds / scenario.Calls, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / scenario.Calls);
    }
}
