using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Startup;

/// <summary>Builds the endpoints when the application starts, where the framework waits for the first request: a bad plan refuses the start.</summary>
internal sealed class EndpointStartupFilter(AuthorizationDemand demand) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);

        // Reading the list builds it.
        foreach (var endpoint in app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints ?? [])
        {
            if (endpoint.Metadata.GetMetadata<NodeEndpointMetadata>() is { Endpoint.SaysWhose: false } node && demand.IsOn(endpoint.Metadata))
            {
                throw new CachemeSetupException(
                    $"The endpoint '{endpoint.DisplayName}' cannot be cached with {node.NodeType.Name}: it asks for authorization, and does not say whose its entries are. "
                    + $"Say .CacheWith<{node.NodeType.Name}>(options => options.VaryByUser()), VaryByTenant or VaryByClaim, or Shared() where everybody who is let in gets the same.");
            }
        }
    };
}
