using System.Globalization;
using Cacheme.Benchmarks.Fleets;
using Cacheme.Servers;

namespace Cacheme.Benchmarks;

/// <summary>Processes that share a Redis and invalidate for each other: how stale they are, and what that costs.</summary>
internal static class FleetVerb
{
    private static readonly int[] Rates = [10, 100, 1000];

    /// <summary>Measures and prints; 1 when somebody never heard of an invalidation.</summary>
    /// <param name="processes">The sizes of the fleets; 2, 4 and 8 when none is given.</param>
    public static async Task<int> RunAsync(IReadOnlyList<int> processes)
    {
        await using var server = await RedisServer.StartAsync();
        Console.WriteLine("| processes | invalidations/s | staleness ms, p50 |    p99 |    max | for each: records | removals | log reads | value reads | writes | all | out of Redis, KB/s | cpu ms/s a process |");
        Console.WriteLine("|----------:|----------------:|------------------:|-------:|-------:|------------------:|---------:|----------:|------------:|-------:|----:|-------------------:|-------------------:|");
        var hasFaults = false;
        foreach (var size in processes.Count > 0 ? processes : [2, 4, 8])
        {
            foreach (var rate in Rates)
            {
                var figures = await FleetRun.ExecuteAsync(server, size, rate);
                hasFaults |= figures.Missed > 0;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {size,9} | {rate,15} | {figures.Staleness(50),17:F1} | {figures.Staleness(99),6:F1} | {figures.Staleness(100),6:F1} | {figures.Commands.Records,17:F1} | {figures.Commands.Removals,8:F1} | {figures.Commands.LogReads,9:F1} | {figures.Commands.ValueReads,11:F1} | {figures.Commands.Writes,6:F1} | {figures.Commands.All,3:F0} | {figures.BytesOut / 1024,18:F0} | {figures.ProcessorTime.TotalMilliseconds,18:F0} |"));
                if (figures.Missed > 0)
                {
                    Console.WriteLine($"FAULT: {figures.Missed} times somebody did not hear of an invalidation.");
                }
            }
        }

        return hasFaults ? 1 : 0;
    }
}
