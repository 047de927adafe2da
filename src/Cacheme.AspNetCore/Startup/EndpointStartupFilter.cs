using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Startup;

/// <summary>Builds the endpoints when the application starts, where the framework waits for the first request: a bad plan refuses the start.</summary>
internal sealed class EndpointStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);

        // Reading the list builds it.
        _ = app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints;
    };
}
