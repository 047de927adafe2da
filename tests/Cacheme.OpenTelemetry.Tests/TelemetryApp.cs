using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Cacheme.OpenTelemetry.Tests;

/// <summary>An application on a real Kestrel that exports what Cacheme measures, as an application would.</summary>
internal sealed class TelemetryApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TelemetryApp(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public ICacheme Cacheme => _app.Services.GetRequiredService<ICacheme>();

    public IServiceProvider Services => _app.Services;

    public static async Task<TelemetryApp> StartAsync(Action<IServiceCollection> configure, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddCachemeInstrumentation().AddPrometheusExporter());
        builder.Services.Configure<PrometheusAspNetCoreOptions>(static options => options.ScrapeResponseCacheDurationMilliseconds = 0);
        configure(builder.Services);
        var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TelemetryApp(app);
    }

    /// <summary>What Prometheus would read now.</summary>
    public async Task<Scrape> ScrapeAsync() => new(await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
