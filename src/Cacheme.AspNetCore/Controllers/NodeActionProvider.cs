using System.Reflection;
using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Gives actions with [CacheWith] their node, when MVC has found them, and refuses what cannot work.</summary>
internal sealed class NodeActionProvider(IServiceProvider services) : IActionDescriptorProvider
{
    // The last to see them: providers finish in the reverse order.
    public int Order => int.MinValue;

    public void OnProvidersExecuting(ActionDescriptorProviderContext context)
    {
    }

    public void OnProvidersExecuted(ActionDescriptorProviderContext context)
    {
        foreach (var action in context.Results.OfType<ControllerActionDescriptor>())
        {
            if (DeclaredNode.Of(action) is { } declared && (HttpRules.IsOnSafe(action.EndpointMetadata) || !(declared.IsOfController || AnswersGet(context.Results, action.MethodInfo))))
            {
                var factory = new NodeActionFactory(action, action.EndpointMetadata, NamesOf(action), declared.Attribute.CreateOptions(), declared.IsOfController, services);
                declared.Attribute.Accept(factory);
                action.EndpointMetadata = [.. action.EndpointMetadata, factory.Create()];
                NodeActionFilter.AddTo(action);
            }
        }
    }

    // One with [HttpGet] and [HttpPost] is two to the framework.
    private static bool AnswersGet(IEnumerable<ActionDescriptor> actions, MethodInfo method) =>
        actions.OfType<ControllerActionDescriptor>().Any(action => action.MethodInfo == method && HttpRules.IsOnSafe(action.EndpointMetadata));

    // A group that the controllers are mapped in may have more.
    private static HashSet<string> NamesOf(ControllerActionDescriptor action) =>
        RouteNames.Of(action.AttributeRouteInfo?.Template is { } template ? RoutePatternFactory.Parse(template) : null);
}
