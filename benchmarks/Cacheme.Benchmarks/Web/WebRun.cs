using System.Diagnostics;

namespace Cacheme.Benchmarks.Web;

/// <summary>One run: many connections ask for one page, for a while.</summary>
/// <param name="Requests">A second.</param>
/// <param name="Cpu">Microseconds of the server's processor time for a request.</param>
/// <param name="Bytes">What the server has allocated for a request.</param>
/// <param name="LoadCpu">Microseconds of this process' processor time for a request.</param>
internal readonly record struct WebRun(double Requests, double Cpu, double Bytes, double LoadCpu)
{
    public const int Connections = 16;

    public static async Task<WebRun> TakeAsync(WebProcess server, WebTarget target, int depth, TimeSpan time)
    {
        var connections = Enumerable.Range(0, Connections).Select(_ => new WebConnection(server.Port, target, depth)).ToList();
        try
        {
            // Also lets the server set up its side of the connections before it counts.
            foreach (var connection in connections)
            {
                await connection.CheckAsync();
            }

            var before = await server.FiguresAsync();
            var load = Environment.CpuUsage.TotalTime;
            var began = Stopwatch.GetTimestamp();
            var counts = await Task.WhenAll(connections.Select(connection => Task.Run(() => AskAsync(connection, began, time))));
            var took = Stopwatch.GetElapsedTime(began);
            load = Environment.CpuUsage.TotalTime - load;
            var after = await server.FiguresAsync();
            double requests = counts.Sum() * depth;
            return new WebRun(
                requests / took.TotalSeconds,
                (after.CpuMicroseconds - before.CpuMicroseconds) / requests,
                (after.AllocatedBytes - before.AllocatedBytes) / requests,
                load.TotalMicroseconds / requests);
        }
        finally
        {
            connections.ForEach(static connection => connection.Dispose());
        }
    }

    private static async Task<long> AskAsync(WebConnection connection, long began, TimeSpan time)
    {
        var rounds = 0L;
        do
        {
            await connection.AskAsync();
            rounds++;
        }
        while (Stopwatch.GetElapsedTime(began) < time);

        return rounds;
    }
}
