using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace WebApi;

/// <summary>Metrics for Prometheus under /metrics, and traces where the configuration names a collector.</summary>
internal static class Telemetry
{
    // OpenTelemetry's own name for it; without it nobody would take the traces.
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(static resource => resource.AddService("webapi"))
            .WithMetrics(static metrics => metrics
                .AddCachemeInstrumentation()
                .AddAspNetCoreInstrumentation()
                .SetExemplarFilter(ExemplarFilterType.TraceBased) // a slow bucket leads to a trace
                .AddPrometheusExporter())
            .WithTracing(static tracing => tracing
                .AddCachemeInstrumentation()
                .AddAspNetCoreInstrumentation());
        if (builder.Configuration[Collector] is { Length: > 0 })
        {
            telemetry.UseOtlpExporter();
        }
    }
}
