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
        int[] sizes = processes.Count > 0 ? [.. processes] : [2, 4, 8];
        var hasFaults = await PrintHeldAsync(server, sizes);
        await PrintTellingAsync(server, sizes);
        return hasFaults ? 1 : 0;
    }

    private static async Task<bool> PrintHeldAsync(RedisServer server, int[] sizes)
    {
        Console.WriteLine("Every process holds every key, and reads or loads it anew; figures are for each invalidation:");
        Console.WriteLine();
        Console.WriteLine("| processes | invalidations/s | staleness ms, p50 |    p99 |    max | records | removals | log reads | value reads | writes | all | KB out of Redis | cpu us of Redis |");
        Console.WriteLine("|----------:|----------------:|------------------:|-------:|-------:|--------:|---------:|----------:|------------:|-------:|----:|----------------:|----------------:|");
        var missed = 0;
        foreach (var (size, rate) in sizes.SelectMany(static size => Rates.Select(rate => (size, rate))))
        {
            var figures = await FleetRun.ExecuteAsync(server, size, rate, areHeld: true);
            var commands = figures.Commands;
            missed += figures.Missed;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size,9} | {rate,15} | {figures.Staleness(50),17:F1} | {figures.Staleness(99),6:F1} | {figures.Staleness(100),6:F1} | {commands.Records,7:F1} | {commands.Removals,8:F1} | {commands.LogReads,9:F1} | {commands.ValueReads,11:F1} | {commands.Writes,6:F1} | {commands.All,3:F0} | {figures.BytesOut / 1024,15:F1} | {figures.ServerTime.TotalMicroseconds,15:F0} |"));
        }

        if (missed > 0)
        {
            Console.WriteLine($"FAULT: {missed} times somebody did not hear of an invalidation.");
        }

        Console.WriteLine();
        return missed > 0;
    }

    private static async Task PrintTellingAsync(RedisServer server, int[] sizes)
    {
        Console.WriteLine("Nobody holds the keys, so it is the telling alone; figures are for each invalidation:");
        Console.WriteLine();
        Console.WriteLine("| processes     | invalidations/s | records | log reads | KB out of Redis | cpu us of Redis |");
        Console.WriteLine("|:--------------|----------------:|--------:|----------:|----------------:|----------------:|");
        foreach (var rate in Rates)
        {
            var measured = new Dictionary<int, FleetFigures>();
            foreach (var size in sizes)
            {
                measured[size] = await FleetRun.ExecuteAsync(server, size, rate, areHeld: false);
                Print($"{size}", rate, measured[size]);
            }

            if (measured.TryGetValue(2, out var two) && measured.TryGetValue(4, out var four) && measured.ContainsKey(8))
            {
                Print("8, by 2 and 4", rate, two.Continued(four));
            }
        }
    }

    private static void Print(string size, int rate, FleetFigures figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {size,-13} | {rate,15} | {figures.Commands.Records,7:F2} | {figures.Commands.LogReads,9:F2} | {figures.BytesOut / 1024,15:F2} | {figures.ServerTime.TotalMicroseconds,15:F0} |"));
}
