namespace Cacheme.Benchmarks.Workloads;

/// <summary>How long a workload takes when only the loads cost time, and each key is loaded once.</summary>
internal static class IdealTime
{
    /// <summary>Plays it through: who is free first takes the next request, and waits until all of its keys are loaded.</summary>
    public static TimeSpan Of(Workload workload, int workers)
    {
        var free = new PriorityQueue<int, TimeSpan>(Enumerable.Range(0, workers).Select(worker => (worker, TimeSpan.Zero)));
        var loaded = new Dictionary<int, TimeSpan>();
        var end = TimeSpan.Zero;
        foreach (var keys in workload.Requests)
        {
            free.TryDequeue(out var worker, out var now);
            foreach (var key in keys)
            {
                loaded.TryAdd(key, now + Source.LoadTime);
            }

            var answered = keys.Max(key => loaded[key]);
            answered = answered < now ? now : answered;
            end = end < answered ? answered : end;
            free.Enqueue(worker, answered);
        }

        return end;
    }
}
