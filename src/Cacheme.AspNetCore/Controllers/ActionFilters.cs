using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>What the MVC filters of an action are for.</summary>
internal static class ActionFilters
{
    // What [ApiController] adds: a 400 where the model's state is invalid (EarlyBinding tells where it cannot be), and a body for
    // an empty 4xx, which no hit is. They are internal, so they go by name.
    private static readonly HashSet<string> HarmlessNames =
    [
        "Microsoft.AspNetCore.Mvc.Infrastructure.ModelStateInvalidFilterFactory",
        "Microsoft.AspNetCore.Mvc.Infrastructure.ClientErrorResultFilterFactory",
    ];

    // These describe, or look at bodies of requests only; [Produces] says media types, and what is kept is kept for them;
    // TempData that nobody has used is not saved, and an action that uses it is not stored.
    private static readonly HashSet<Type> HarmlessTypes =
    [
        typeof(NodeActionFilter), typeof(ApiControllerAttribute), typeof(UnsupportedContentTypeFilter),
        typeof(ProducesResponseTypeAttribute), typeof(ProducesResponseTypeAttribute<>), typeof(ProducesDefaultResponseTypeAttribute),
        typeof(ProducesAttribute), typeof(SaveTempDataAttribute),
    ];

    /// <summary>Whether none of them may be a guard, nor change what is written: else they are not to be passed by.</summary>
    public static bool AreHarmless(ActionDescriptor action, IServiceProvider services) =>
        action.FilterDescriptors.All(static descriptor => IsHarmless(descriptor.Filter)) && services.GetServices<IFilterProvider>().All(FrameworkParts.Contains);

    /// <summary>The media types that an action's result is bound to by [Produces]: the innermost says it last.</summary>
    public static MediaTypeCollection ProducedBy(ActionDescriptor action)
    {
        var types = new MediaTypeCollection();
        var produces = action.FilterDescriptors.OrderBy(static descriptor => descriptor.Order).ThenBy(static descriptor => descriptor.Scope)
            .Select(static descriptor => descriptor.Filter).OfType<ProducesAttribute>().LastOrDefault();
        foreach (var type in produces?.ContentTypes ?? [])
        {
            types.Add(type);
        }

        return types;
    }

    /// <summary>Whether one of them lets only some callers in.</summary>
    public static bool AskForAuthorization(ActionDescriptor action)
    {
        var isOpen = action.EndpointMetadata.OfType<IAllowAnonymous>().Any() || action.FilterDescriptors.Any(static descriptor => descriptor.Filter is IAllowAnonymousFilter);
        return action.FilterDescriptors.Any(descriptor => descriptor.Filter is AuthorizeFilter ? !isOpen : Authorizes(descriptor.Filter));
    }

    private static bool IsHarmless(IFilterMetadata filter)
    {
        var type = filter.GetType();
        return (filter is INodeAttribute && !AttributeFilter.IsFilter(filter))
            || HarmlessTypes.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
            || (FrameworkParts.Contains(filter) && HarmlessNames.Contains(type.FullName ?? ""));
    }

    private static bool Authorizes(IFilterMetadata filter) => filter switch
    {
        RequireHttpsAttribute or IAllowAnonymousFilter => false,
        TypeFilterAttribute made => Authorizes(made.ImplementationType),
        ServiceFilterAttribute found => Authorizes(found.ServiceType),
        INodeAttribute => Authorizes(filter.GetType()),
        MiddlewareFilterAttribute => true,
        // What it makes is seen at the first request only, and then somebody else's answer would be given away.
        IFilterFactory when !FrameworkParts.Contains(filter) => true,
        _ => Authorizes(filter.GetType()),
    };

    private static bool Authorizes(Type type) => type.IsAssignableTo(typeof(IAuthorizationFilter)) || type.IsAssignableTo(typeof(IAsyncAuthorizationFilter));
}
