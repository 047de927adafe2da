using Cacheme.OpenTelemetry;

namespace OpenTelemetry.Trace;

/// <summary>Adds Cacheme's spans.</summary>
public static class CachemeTracerProviderBuilderExtensions
{
    /// <summary>Exports the spans of <c>Cacheme</c>: gets that no local tier answers, with their reads of remote storages and their loads.</summary>
    /// <remarks>
    /// A get that waited for another caller's load has a link to the load's span. A local hit has no span. What the drivers
    /// send has spans of its own by their instrumentations, under these. No key is in any of them.
    /// </remarks>
    /// <param name="builder">The traces of the application.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TracerProviderBuilder AddCachemeInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(Names.Cacheme);
    }
}
