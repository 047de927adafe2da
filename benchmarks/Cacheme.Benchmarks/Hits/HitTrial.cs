using System.Diagnostics;

namespace Cacheme.Benchmarks.Hits;

/// <summary>Runs the subjects in turns and keeps the median of each, since the machine's noise comes in waves.</summary>
internal static class HitTrial
{
    private const int Rounds = 9;
    private const int Gets = 400_000;

    /// <summary>Nanoseconds a get for each subject, in their order.</summary>
    public static async Task<IReadOnlyList<double>> NanosecondsAsync(IReadOnlyList<HitSubject> subjects, int threads)
    {
        var times = subjects.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < subjects.Count; i++)
            {
                times[i].Add(await TimeAsync(subjects[i], threads));
            }
        }

        return times.ConvertAll(rounds => rounds.Order().ElementAt(Rounds / 2));
    }

    /// <summary>Bytes that a get allocates.</summary>
    public static double Bytes(HitSubject subject)
    {
        // It is all synchronous, so it is all on this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var run = subject.Run(Gets);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return run.IsCompletedSuccessfully ? Math.Round((double)bytes / Gets) : throw new InvalidOperationException($"{subject.Name} missed.");
    }

    private static async Task<double> TimeAsync(HitSubject subject, int threads)
    {
        using var start = new Barrier(threads + 1);
        var runs = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return subject.Run(Gets).AsTask();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()).ToList();
        start.SignalAndWait();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs);
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Gets;
    }
}
