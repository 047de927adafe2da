using Cacheme.Benchmarks.Servers;
using Cacheme.Benchmarks.Subjects;
using Cacheme.Benchmarks.Workloads;

namespace Cacheme.Benchmarks;

/// <summary>A kind of cache, made anew for each run.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Start">Makes it.</param>
internal sealed record Contender(string Name, Func<Source, Task<ISubject>> Start)
{
    /// <summary>Lets the workers run a workload on it once, from an empty Redis.</summary>
    public async Task<Measured> RunAsync(Workload workload, int workers, RedisProbe probe)
    {
        await probe.ResetAsync();
        var source = new Source();
        await using var subject = await Start(source);
        var crew = new WorkerCrew(workload, subject);
        GC.Collect();
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var time = await crew.RunAsync(workers);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var gets = await probe.CountGetsAsync();
        return new Measured(time, cpu, allocated, source.LoadedKeys, gets, [.. Faults(workload, source, crew, subject)]);
    }

    private static IEnumerable<string> Faults(Workload workload, Source source, WorkerCrew crew, ISubject subject)
    {
        if (source.LoadedKeys != workload.UniqueKeys)
        {
            yield return $"{source.LoadedKeys:N0} loads of {workload.UniqueKeys:N0} unique keys";
        }

        if (crew.Wrong > 0)
        {
            yield return $"{crew.Wrong:N0} requests went wrong: {crew.FirstFault}";
        }

        if (subject.Warning is { } warning)
        {
            yield return warning;
        }
    }
}
