using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cacheme.AspNetCore.Tests.Testing;

/// <summary>An application with a Startup's shape (UseRouting, UseEndpoints) on the test server.</summary>
internal sealed class TestAppFactory(Action<IEndpointRouteBuilder> map) : WebApplicationFactory<TestAppFactory>
{
    protected override IHostBuilder CreateHostBuilder() => new HostBuilder().ConfigureWebHost(web => web
        .ConfigureServices(services =>
        {
            services.AddRouting();
            TestNodes.Add(services);
        })
        .Configure(app => app.UseRouting().UseEndpoints(map)));

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseContentRoot(AppContext.BaseDirectory);
}
