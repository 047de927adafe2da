using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;

namespace Cacheme.WebApi.Tests;

/// <summary>The sample, with its files in a folder of the test's and without the users' wait.</summary>
/// <param name="folder">The folder.</param>
/// <param name="shared">The address of its second tier; null for what the sample says itself.</param>
internal sealed class SampleApp(SampleFolder folder, string? shared = null) : WebApplicationFactory<Program>
{
    protected override IHost CreateHost(IHostBuilder builder)
    {
        // As host configuration, which reaches the program as arguments: it reads them before it is built.
        List<KeyValuePair<string, string?>> settings = [new("DataFolder", folder.Path), new("Users:Delay", "00:00:00")];
        if (shared is not null)
        {
            settings.Add(new("Cacheme:Storages:shared", shared));
        }

        builder.ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection(settings));
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureServices(services => services.Configure<PrometheusAspNetCoreOptions>(options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        return base.CreateHost(builder);
    }
}
