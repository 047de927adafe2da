using System.Diagnostics;

namespace Cacheme.Benchmarks.Storages;

/// <summary>What one run took, for each operation.</summary>
/// <param name="Microseconds">Of the clock: the run's time by its operations.</param>
/// <param name="Cpu">Microseconds of this process's processor time; a server's is its own.</param>
/// <param name="Bytes">Allocated.</param>
/// <param name="Wrong">Operations that failed or got another payload.</param>
internal sealed record StorageRun(double Microseconds, double Cpu, double Bytes, int Wrong)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(400);

    /// <summary>Lets callers repeat a scenario for a while.</summary>
    public static async Task<StorageRun> MeasureAsync(Scenario scenario, IPayloads payloads, byte[] payload, int callers)
    {
        GC.Collect();
        var taken = 0;
        var wrong = 0;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < Duration)
            {
                if (!await scenario.RunAsync(payloads, payload, Interlocked.Increment(ref taken) - 1))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })));
        var time = Stopwatch.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new(time.TotalMicroseconds / taken, cpu.TotalMicroseconds / taken, (double)allocated / taken, wrong);
    }
}
