using Cacheme.AspNetCore.Handlers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Answers an action from its endpoint's node. It is the innermost filter of the action: all guards have run.</summary>
internal sealed class NodeActionFilter : IAsyncActionFilter, IOrderedFilter
{
    private static readonly NodeActionFilter Instance = new();

    public int Order => int.MaxValue;

    /// <summary>Adds it to an action, once: an action may have several endpoints.</summary>
    public static void AddTo(ActionDescriptor action)
    {
        if (!action.FilterDescriptors.Any(static descriptor => descriptor.Filter is NodeActionFilter))
        {
            // Another list: the action's other routes may share this one.
            action.FilterDescriptors = [.. action.FilterDescriptors, new FilterDescriptor(Instance, FilterScope.Last)];
        }
    }

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<NodeEndpointMetadata>()?.Endpoint is not { } endpoint)
        {
            await next();
            return;
        }

        var call = new ActionFilterCall(context, next);
        call.Answer(await endpoint.FilterAsync(call));
    }
}
