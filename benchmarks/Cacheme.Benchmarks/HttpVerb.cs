using System.Globalization;
using Cacheme.Benchmarks.Web;

namespace Cacheme.Benchmarks;

/// <summary>The same page over HTTP by every way to answer it: requests a second, and what one costs the server.</summary>
internal static class HttpVerb
{
    private const int Rounds = 7;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(0.8);
    private static readonly int[] Sizes = [200, 2_048, 65_536];

    /// <summary>Measures and prints; 1 when an answer was not as it must be.</summary>
    public static async Task<int> RunAsync()
    {
        await using var server = await WebProcess.StartAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{WebRun.Connections} connections without pipelining; the load and the server share {Environment.ProcessorCount} processors. Medians of {Rounds} rounds in turns."));
        Console.WriteLine();
        Console.WriteLine("| body bytes | way                           | requests/s | of the limit | of output caching | cpu us a request | of the limit | bytes a request |");
        Console.WriteLine("|-----------:|-------------------------------|-----------:|-------------:|------------------:|-----------------:|-------------:|----------------:|");
        var faults = new List<string>();
        foreach (var size in Sizes)
        {
            var body = await BodyAsync(server, size, faults);
            Print(body, await TakeAsync(server, size));
        }

        faults.AddRange(await HandlersAsync(server));
        faults.ForEach(static fault => Console.WriteLine($"FAULT: {fault}"));
        return faults.Count > 0 ? 1 : 0;
    }

    // Every way must give the same page, before it is asked for speed.
    private static async Task<int> BodyAsync(WebProcess server, int size, List<string> faults)
    {
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in WebServer.Ways)
        {
            for (var i = 0; i < 3; i++)
            {
                bodies.Add(await server.Client.GetStringAsync($"/{path}/{size}"));
            }
        }

        if (bodies.Count > 1)
        {
            faults.Add($"there are {bodies.Count} different pages of {size} bytes");
        }

        return bodies.First().Length;
    }

    private static async Task<List<WebRun>> TakeAsync(WebProcess server, int size)
    {
        var runs = WebServer.Ways.Select(static _ => new List<WebRun>()).ToList();
        for (var round = -1; round < Rounds; round++)
        {
            for (var way = 0; way < runs.Count; way++)
            {
                var run = await WebRun.TakeAsync(server, $"/{WebServer.Ways[way].Path}/{size}", Time);
                if (round >= 0) // the first one warms up
                {
                    runs[way].Add(run);
                }
            }
        }

        return runs.ConvertAll(static of => new WebRun(Median(of, static run => run.Requests), Median(of, static run => run.Cpu), Median(of, static run => run.Bytes)));
    }

    private static double Median(List<WebRun> runs, Func<WebRun, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);

    private static void Print(int body, List<WebRun> runs)
    {
        var (limit, output) = (runs[WayOf("ready")], runs[WayOf("output")]);
        for (var way = 0; way < runs.Count; way++)
        {
            var run = runs[way];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {body,10} | {WebServer.Ways[way].Name,-29} | {run.Requests,10:F0} | {run.Requests / limit.Requests,12:F2} | {run.Requests / output.Requests,17:F2} | {run.Cpu,16:F1} | {run.Cpu / limit.Cpu,12:F2} | {run.Bytes,15:F0} |"));
        }
    }

    private static int WayOf(string path) => WebServer.Ways.ToList().FindIndex(way => way.Path == path);

    // Who caches runs the handler once for each page.
    private static async Task<IEnumerable<string>> HandlersAsync(WebProcess server) =>
        (await server.FiguresAsync()).HandlerRuns
            .Where(static runs => !runs.Key.StartsWith("none", StringComparison.Ordinal) && runs.Value != 1)
            .Select(static runs => $"the handler of /{runs.Key} ran {runs.Value} times");
}
