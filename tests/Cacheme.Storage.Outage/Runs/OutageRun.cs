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
        var log = new StorageLog();

        // Keys of its own, since the storage may hold what a run before it left.
        var prefix = Guid.NewGuid().ToString("N")[..8];
        var oracle = new Oracle(Keys);
        Crew crew;
        Toll before, during;
        long began, ended;
        int? connectionsBefore = null;
        int connectionsAfter;
        TimeSpan agreed;
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
            began = TimeProvider.System.GetTimestamp();
            before = Toll.Of(cacheme, log);
            var running = crew.RunAsync();
            if (!fault.BeforeStart)
            {
                await Task.Delay(plan.Healthy);
                connectionsBefore = await backend.CountConnectionsAsync() - connections;
                began = TimeProvider.System.GetTimestamp();
                before = Toll.Of(cacheme, log);
                await fault.BeginAsync([.. Enumerable.Range(0, Keys).Select(id => $"{prefix}:outage:{id}:v1")]);

                // A hit before it had happened does not tell of it.
                before = before with { Hits = Toll.Of(cacheme, log).Hits };
            }

            await Task.Delay(plan.Faulty);
            during = Toll.Of(cacheme, log) - before;
            await fault.EndAsync();
            ended = TimeProvider.System.GetTimestamp();
            var agreeing = TimeAsync(fault.AgreeAsync);
            back = await new Comeback(cacheme, running).WaitAsync([.. oracle.LoadedSince(began)]);
            agreed = await agreeing;
            await running;
            connectionsAfter = await backend.CountConnectionsAsync() - connections;
            await host.StopAsync();
        }

        var opened = log.OpenedIn(began, ended);
        return new OutageReport
        {
            Storage = backend.Name,
            Fault = fault.Name,
            Symptom = fault.Symptom,
            Slack = plan.Slack,
            Requests = crew.Answers.Count,
            Failed = crew.Failed,
            Wrong = crew.Wrong,
            FirstProblem = crew.FirstProblem,
            Hits = during.Hits,
            StorageFailures = during.Failures,
            UnreadableKinds = during.Unreadable,
            CircuitOpenedAfter = opened is { } at ? TimeProvider.System.GetElapsedTime(began, at) : null,
            Healthy = LatencyOf(crew, start => start < began),
            WhileClosed = LatencyOf(crew, start => start >= began && start < ended && !log.IsOpenAt(start)),
            WhileOpen = LatencyOf(crew, start => start >= began && start < ended && log.IsOpenAt(start)),
            Afterwards = LatencyOf(crew, start => start >= ended),
            AgreedAfter = agreed,
            BackAfter = back,
            ConnectionsBefore = connectionsBefore,
            ConnectionsAfter = connectionsAfter,

            // First: the finalizers that the other sets going close what was forgotten.
            LeakedConnections = await CountLeaksAsync(backend, connections),
            Unobserved = unobserved.Collect().Count,
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

    private static IHost CreateHost(StorageBackend backend, string prefix, Oracle oracle, StorageLog log)
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

    private static async Task<TimeSpan> TimeAsync(Func<Task> wait)
    {
        var from = TimeProvider.System.GetTimestamp();
        await wait();
        return TimeProvider.System.GetElapsedTime(from);
    }

    private static Latency LatencyOf(Crew crew, Func<long, bool> began) =>
        Latency.Of(crew.Answers.Where(answer => began(answer.Start)).Select(answer => answer.Time));
}
