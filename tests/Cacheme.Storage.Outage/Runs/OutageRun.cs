using Cacheme.Storage.Outage.Backends;
using Cacheme.Storage.Outage.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cacheme.Storage.Outage.Runs;

/// <summary>Lets callers ask while a fault befalls the storage, and the load stays healthy.</summary>
public static class OutageRun
{
    private const int Keys = 1_000;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs once.</summary>
    /// <param name="backend">The storage, started.</param>
    /// <param name="fault">What befalls it.</param>
    /// <param name="plan">How long, and how much.</param>
    public static async Task<OutageReport> ExecuteAsync(StorageBackend backend, Fault fault, OutagePlan plan)
    {
        var connections = await backend.CountConnectionsAsync();
        using var unobserved = new UnobservedExceptions();
        var log = new CircuitLog();

        // Keys of its own, since the storage may hold what a run before it left.
        var prefix = Guid.NewGuid().ToString("N")[..8];
        var oracle = new Oracle(Keys);
        Crew crew;
        long began, ended;
        TimeSpan? back;
        using (var host = CreateHost(backend, prefix, oracle, log))
        {
            if (fault.BeforeStart)
            {
                await fault.BeginAsync([]);
            }

            await host.StartAsync();
            var cacheme = host.Services.GetRequiredService<ICacheme>();
            crew = new Crew(cacheme, oracle, plan);
            var running = crew.RunAsync();
            began = TimeProvider.System.GetTimestamp();
            if (!fault.BeforeStart)
            {
                await Task.Delay(plan.Healthy);
                began = TimeProvider.System.GetTimestamp();
                await fault.BeginAsync([.. Enumerable.Range(0, Keys).Select(id => $"{prefix}:outage:{id}:v1")]);
            }

            await Task.Delay(plan.Faulty);
            await fault.EndAsync();
            ended = TimeProvider.System.GetTimestamp();
            back = await WaitForHitAsync(cacheme, running);
            await running;
            await host.StopAsync();
        }

        var opened = log.OpenedAt > began && log.OpenedAt < ended ? log.OpenedAt : ended;
        return new OutageReport
        {
            Storage = backend.Name,
            Fault = fault.Name,
            Slack = plan.Slack,
            Requests = crew.Answers.Count,
            Failed = crew.Failed,
            Wrong = crew.Wrong,
            FirstProblem = crew.FirstProblem,
            CircuitOpenedAfter = opened == ended ? null : TimeProvider.System.GetElapsedTime(began, opened),
            Healthy = LatencyIn(crew, 0, began),
            UntilOpen = LatencyIn(crew, began, opened),
            WhileOpen = LatencyIn(crew, opened, ended),
            BackAfter = back,
            Unobserved = unobserved.Collect().Count,
            LeakedConnections = await CountLeaksAsync(backend, connections),
        };
    }

    /// <summary>Counts again for a while: a server hears of a closed connection a little later.</summary>
    private static async Task<int> CountLeaksAsync(StorageBackend backend, int before)
    {
        var started = TimeProvider.System.GetTimestamp();
        int leaks;
        do
        {
            leaks = await backend.CountConnectionsAsync() - before;
            await Task.Delay(Poll);
        }
        while (leaks > 0 && TimeProvider.System.GetElapsedTime(started) < ClosingTime);

        return leaks;
    }

    private static IHost CreateHost(StorageBackend backend, string prefix, Oracle oracle, CircuitLog log)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(oracle);
        builder.Services.AddCacheme(cacheme =>
        {
            backend.Register(cacheme, OutageNode.Storage);
            cacheme.Prefix(prefix).AddNode<OutageNode>();
        });
        return builder.Build();
    }

    private static Latency LatencyIn(Crew crew, long from, long to) =>
        Latency.Of(crew.Answers.Where(answer => answer.Start >= from && answer.Start < to).Select(answer => answer.Time));

    /// <summary>How long it takes from now until the storage answers a request; null when the callers ended before.</summary>
    private static async Task<TimeSpan?> WaitForHitAsync(ICacheme cacheme, Task running)
    {
        var from = TimeProvider.System.GetTimestamp();
        var before = cacheme.Stats<OutageNode>().HitCount;
        while (cacheme.Stats<OutageNode>().HitCount == before)
        {
            if (running.IsCompleted)
            {
                return null;
            }

            await Task.Delay(Poll);
        }

        return TimeProvider.System.GetElapsedTime(from);
    }
}
