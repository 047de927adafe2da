using System.Globalization;

namespace Cacheme.Benchmarks.Web;

/// <summary>Asks for one page by all ways in turns, round by round, and keeps the median of each.</summary>
internal sealed class WebContest(WebProcess server, IReadOnlyList<WebTarget> targets, int depth)
{
    private const int Rounds = 21;
    private const int WarmUps = 4;

    // Short, so that what else runs on the machine meets all ways alike.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(0.35);

    public static void PrintHead(int depth)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{WebRun.Connections} connections, {depth} request(s) at once on each; the load and the server share {Environment.ProcessorCount} processors. Medians of {Rounds} rounds in turns."));
        Console.WriteLine();
        Console.WriteLine("| body bytes | way                           | requests/s | lowest to highest | of the limit | of output caching | cpu us a request | of the limit | of output caching | bytes a request | cpu us of the load |");
        Console.WriteLine("|-----------:|-------------------------------|-----------:|------------------:|-------------:|------------------:|-----------------:|-------------:|------------------:|----------------:|-------------------:|");
    }

    public async Task RunAsync()
    {
        var runs = targets.Select(static _ => new List<WebRun>()).ToList();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            for (var i = 0; i < targets.Count; i++)
            {
                var run = await WebRun.TakeAsync(server, targets[i], depth, Time);
                if (round >= WarmUps)
                {
                    runs[i].Add(run);
                }
            }
        }

        Print(runs);
    }

    private void Print(List<List<WebRun>> runs)
    {
        var medians = runs.ConvertAll(static of => new WebRun(
            Median(of, static run => run.Requests), Median(of, static run => run.Cpu), Median(of, static run => run.Bytes), Median(of, static run => run.LoadCpu)));
        var (limit, output) = (medians[IndexOf(WebServer.Limit)], medians[IndexOf(WebServer.OutputCaching)]);
        for (var i = 0; i < targets.Count; i++)
        {
            var (target, run) = (targets[i], medians[i]);
            var spread = string.Create(CultureInfo.InvariantCulture, $"{runs[i].Min(static run => run.Requests):F0} to {runs[i].Max(static run => run.Requests):F0}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {target.Body.Length,10} | {target.Way.Name,-29} | {run.Requests,10:F0} | {spread,17} | {run.Requests / limit.Requests,12:F2} | {run.Requests / output.Requests,17:F2} | {run.Cpu,16:F1} | {run.Cpu / limit.Cpu,12:F2} | {run.Cpu / output.Cpu,17:F2} | {run.Bytes,15:F0} | {run.LoadCpu,18:F1} |"));
        }
    }

    private int IndexOf(WebWay way) => targets.Select(static target => target.Way).ToList().IndexOf(way);

    private static double Median(List<WebRun> runs, Func<WebRun, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
}
