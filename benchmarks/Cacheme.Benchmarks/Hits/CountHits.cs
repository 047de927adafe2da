using System.Diagnostics.Metrics;
using Cacheme.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.Benchmarks.Hits;

/// <summary>What a hit pays for statistics, metrics and traces, and nothing else of it.</summary>
internal sealed class CountHits : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public HitSubject Create()
    {
        var counters = new NodeCounters("counted", ["local"], new CachemeMeter(_services.GetRequiredService<IMeterFactory>()));
        return new("the telemetry of a hit alone", count =>
        {
            for (var i = 0; i < count; i++)
            {
                counters.Hit(0);
            }

            return ValueTask.CompletedTask;
        });
    }

    public void Dispose() => _services.Dispose();
}
