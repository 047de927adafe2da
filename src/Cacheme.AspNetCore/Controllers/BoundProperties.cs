using Cacheme.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>The properties of an action's controller that a request which may be cached gives values to.</summary>
internal static class BoundProperties
{
    /// <summary>Their names.</summary>
    /// <param name="action">The action.</param>
    /// <param name="metadata">What is said of its endpoint.</param>
    public static IReadOnlyList<string> Of(ControllerActionDescriptor action, IEnumerable<object> metadata)
    {
        var requests = HttpRules.SafeMethodsOf(metadata).Select(RequestOf).ToList();
        return [.. action.BoundProperties.Where(property => requests.Exists(request => IsBound(property, request))).Select(static property => property.Name)];
    }

    // [BindProperty] leaves GET alone, but not HEAD, unless it says SupportsGet.
    private static bool IsBound(ParameterDescriptor property, ActionContext request) => property.BindingInfo?.RequestPredicate?.Invoke(request) ?? true;

    private static ActionContext RequestOf(string method) => new() { HttpContext = new DefaultHttpContext { Request = { Method = method } } };
}
