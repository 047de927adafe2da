using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

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

    // These describe, or look at bodies of requests only.
    private static readonly HashSet<Type> HarmlessTypes =
    [
        typeof(NodeActionFilter), typeof(ApiControllerAttribute), typeof(UnsupportedContentTypeFilter),
        typeof(ProducesResponseTypeAttribute), typeof(ProducesResponseTypeAttribute<>), typeof(ProducesDefaultResponseTypeAttribute),
    ];

    /// <summary>Whether one of them may be a guard, or may change what is written: they are not to be passed by.</summary>
    public static bool MayGuard(ActionDescriptor action) => !action.FilterDescriptors.All(static descriptor => IsHarmless(descriptor.Filter));

    /// <summary>Whether one of them lets only some callers in.</summary>
    public static bool AskForAuthorization(ActionDescriptor action)
    {
        var isOpen = action.EndpointMetadata.OfType<IAllowAnonymous>().Any() || action.FilterDescriptors.Any(static descriptor => descriptor.Filter is IAllowAnonymousFilter);
        return action.FilterDescriptors.Any(descriptor => descriptor.Filter is AuthorizeFilter ? !isOpen : Authorizes(descriptor.Filter));
    }

    private static bool IsHarmless(IFilterMetadata filter)
    {
        var type = filter.GetType();
        return HarmlessTypes.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
            || (FrameworkParts.Contains(filter) && HarmlessNames.Contains(type.FullName ?? ""));
    }

    private static bool Authorizes(IFilterMetadata filter) => filter switch
    {
        RequireHttpsAttribute or IAllowAnonymousFilter => false,
        TypeFilterAttribute made => Authorizes(made.ImplementationType),
        ServiceFilterAttribute found => Authorizes(found.ServiceType),
        _ => Authorizes(filter.GetType()),
    };

    private static bool Authorizes(Type type) => type.IsAssignableTo(typeof(IAuthorizationFilter)) || type.IsAssignableTo(typeof(IAsyncAuthorizationFilter));
}
