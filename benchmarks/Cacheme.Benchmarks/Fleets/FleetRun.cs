using System.Diagnostics;
using System.Globalization;
using Cacheme.Servers;
using StackExchange.Redis;

namespace Cacheme.Benchmarks.Fleets;

/// <summary>One fleet, one rate, for five seconds: each process invalidates its share of fifty keys, and gets them a thousand times a second or not at all.</summary>
internal static class FleetRun
{
    private const int Keys = 50;
    private const int Seconds = 5;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public static async Task<FleetFigures> ExecuteAsync(RedisServer server, int processes, int rate, bool areHeld)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.EndPoint},allowAdmin=true");
        await redis.GetServers()[0].FlushAllDatabasesAsync();
        var fleet = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => FleetMember.StartAsync($"redis://{server.EndPoint}")));
        try
        {
            if (areHeld)
            {
                await Task.WhenAll(fleet.Select(member => member.AskAsync($"watch {Keys}")));
            }

            await Task.Delay(Settle);
            var idle = await CountAsync(redis);
            await Task.Delay(Settle);
            var before = await CountAsync(redis);
            var told = await ChurnAsync(fleet, rate);
            var after = await CountAsync(redis);
            await Task.Delay(Settle); // The last ones are on their way.

            var (lags, missed) = areHeld ? await LagsAsync(fleet, told) : ([], 0);
            // Each looks once a second anyway.
            var share = Seconds / Settle.TotalSeconds;
            var count = told.Sum(list => list.Count);
            return new FleetFigures(
                lags,
                missed,
                (after.Commands - before.Commands - ((before.Commands - idle.Commands) / (Settle.TotalSeconds / Seconds))) / count,
                (after.BytesOut - before.BytesOut - ((before.BytesOut - idle.BytesOut) * share)) / count,
                (after.ServerTime - before.ServerTime - ((before.ServerTime - idle.ServerTime) * share)) / count);
        }
        finally
        {
            foreach (var member in fleet)
            {
                await member.DisposeAsync();
            }
        }
    }

    // Those of a rate below the number of processes are told by some of them.
    private static async Task<IReadOnlyList<(int Key, long Began, long Ended)>[]> ChurnAsync(FleetMember[] fleet, int rate) =>
        await Task.WhenAll(fleet.Select((member, i) => (rate / fleet.Length) + (i < rate % fleet.Length ? 1 : 0) is > 0 and var share
            ? member.ListAsync($"churn {share} {Seconds} {Keys}")
            : Task.FromResult<IReadOnlyList<(int, long, long)>>([])));

    private static async Task<(IReadOnlyList<double> Lags, int Missed)> LagsAsync(
        FleetMember[] fleet, IReadOnlyList<(int Key, long Began, long Ended)>[] told)
    {
        var lags = new List<double>();
        var missed = 0;
        for (var i = 0; i < fleet.Length; i++)
        {
            var seen = (await fleet[i].ListAsync("report")).ToLookup(one => one.Key);
            foreach (var (key, began, ended) in told.Where((_, other) => other != i).SelectMany(list => list))
            {
                var heard = seen[key].Where(one => one.First >= began).Select(one => one.Second).FirstOrDefault();
                missed += heard == 0 ? 1 : 0;
                if (heard != 0)
                {
                    lags.Add(heard > ended ? Stopwatch.GetElapsedTime(ended, heard).TotalMilliseconds : 0);
                }
            }
        }

        lags.Sort();
        return (lags, missed);
    }

    private static async Task<(FleetCommands Commands, long BytesOut, TimeSpan ServerTime)> CountAsync(ConnectionMultiplexer redis)
    {
        // calls=12,usec=34,...
        var server = redis.GetServers()[0];
        var calls = (await server.InfoAsync("commandstats")).SelectMany(section => section)
            .ToDictionary(line => line.Key, line => Number(line.Value.Split('=', ',')[1]), StringComparer.Ordinal);
        var stats = (await server.InfoAsync("stats")).Concat(await server.InfoAsync("cpu"))
            .SelectMany(section => section).ToDictionary(line => line.Key, line => line.Value, StringComparer.Ordinal);
        var seconds = double.Parse(stats["used_cpu_user"], CultureInfo.InvariantCulture) + double.Parse(stats["used_cpu_sys"], CultureInfo.InvariantCulture);
        return (FleetCommands.Of(calls), Number(stats["total_net_output_bytes"]), TimeSpan.FromSeconds(seconds));

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
