using System.Diagnostics;
using Cacheme.Benchmarks.Subjects;

namespace Cacheme.Benchmarks.Workloads;

/// <summary>Many workers who take the requests of a workload one after another, until none is left.</summary>
internal sealed class WorkerCrew(Workload workload, ISubject subject)
{
    private int _taken;
    private int _wrong;
    private string? _firstFault;

    /// <summary>Requests that failed or were answered with another key's value.</summary>
    public int Wrong => _wrong;

    /// <summary>What went wrong first.</summary>
    public string? FirstFault => _firstFault;

    public async Task<TimeSpan> RunAsync(int workers)
    {
        var started = Stopwatch.GetTimestamp();
        var crew = new Task[workers];
        for (var worker = 0; worker < workers; worker++)
        {
            crew[worker] = Task.Run(WorkAsync);
        }

        await Task.WhenAll(crew);
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task WorkAsync()
    {
        for (var i = Interlocked.Increment(ref _taken) - 1; i < workload.Requests.Count; i = Interlocked.Increment(ref _taken) - 1)
        {
            try
            {
                if (!await subject.AnswersAsync(workload.Requests[i]))
                {
                    Fault("A request was answered with another key's value.");
                }
            }
            catch (Exception error)
            {
                Fault(error.Message);
            }
        }
    }

    private void Fault(string fault)
    {
        Interlocked.Increment(ref _wrong);
        Interlocked.CompareExchange(ref _firstFault, fault, null);
    }
}
