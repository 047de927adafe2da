using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cacheme.AspNetCore.Startup;

/// <summary>Builds the endpoints when the application starts, where the framework waits for the first request: a bad plan refuses the start.</summary>
internal sealed class EndpointStartupFilter(ILogger<EndpointStartupFilter> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);

        // Reading the list builds it.
        foreach (var endpoint in app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints ?? [])
        {
            if (endpoint.Metadata.GetMetadata<NodeEndpointMetadata>() is { } node && HttpRules.AsksForAuthorization(endpoint.Metadata))
            {
                Log.NeverCached(logger, endpoint.DisplayName, node.NodeType.Name);
            }
        }
    };
}
