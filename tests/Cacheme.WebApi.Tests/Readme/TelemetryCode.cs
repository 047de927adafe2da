using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cacheme.WebApi.Tests.Readme;

/// <summary>The code of docs/telemetry.md.</summary>
internal static class TelemetryCode
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddCachemeInstrumentation().AddPrometheusExporter())
            .WithTracing(tracing => tracing.AddCachemeInstrumentation().AddOtlpExporter());
    }
}
