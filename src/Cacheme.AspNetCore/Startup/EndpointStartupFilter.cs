using Cacheme.AspNetCore.Controllers;
using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
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
            var attribute = endpoint.Metadata.GetMetadata<INodeAttribute>();
            var action = endpoint.Metadata.GetMetadata<ControllerActionDescriptor>();
            if (attribute is not null && action is null)
            {
                throw RefusalOf(endpoint, attribute.NodeType).Because($"[CacheWith] is for controllers and their actions. Say .CacheWith<{attribute.NodeType.Name}>() on the endpoint.");
            }

            if (endpoint.Metadata.GetMetadata<NodeEndpointMetadata>() is { } node)
            {
                RefuseWhatNobodyAnswersFor(endpoint, node);
                RefuseFiltersInside(endpoint, node, action);
            }
        }
    };

    private void RefuseWhatNobodyAnswersFor(Endpoint endpoint, NodeEndpointMetadata node)
    {
        if (!demand.IsOn(endpoint.Metadata))
        {
            return;
        }

        var refusal = RefusalOf(endpoint, node.NodeType);
        if (!node.Endpoint.SaysWhose)
        {
            throw refusal.Because(refusal.NobodySaysWhose);
        }

        if (node.Endpoint.IsPublic)
        {
            throw refusal.Because(Refusal.PublicWithGuard);
        }
    }

    // They run around the method itself, inside of all MVC filters: a hit would pass a guard by.
    private static void RefuseFiltersInside(Endpoint endpoint, NodeEndpointMetadata node, ControllerActionDescriptor? action)
    {
        if (action is not null && EndpointFilters.Has(action))
        {
            throw RefusalOf(endpoint, node.NodeType).Because("it has an endpoint filter, which runs inside of MVC's own, so that a hit would pass it by. Make it an MVC filter.");
        }
    }

    private static Refusal RefusalOf(Endpoint endpoint, Type nodeType) =>
        new(endpoint.DisplayName, nodeType, isOfGroup: false) { IsAttribute = endpoint.Metadata.GetMetadata<INodeAttribute>() is not null };
}
