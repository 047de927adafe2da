using Cacheme.OpenTelemetry;

namespace OpenTelemetry.Metrics;

/// <summary>Adds Cacheme's metrics.</summary>
public static class CachemeMeterProviderBuilderExtensions
{
    /// <summary>Exports the meter <c>Cacheme</c>: requests, loads, storages, evictions and invalidations, by node and by storage.</summary>
    /// <remarks>
    /// The instruments, their attributes and the questions they answer are in docs/telemetry.md; no key, tag or user is among
    /// them. Histograms bring advice for their buckets, which a view overrides. It does not matter whether this is called
    /// before or after AddCacheme, or more than once.
    /// </remarks>
    /// <param name="builder">The metrics of the application.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddCachemeInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(Names.Cacheme);
    }
}
