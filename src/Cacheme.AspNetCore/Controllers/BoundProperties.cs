using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>The properties of an action's controller that a GET gives values to.</summary>
internal static class BoundProperties
{
    public static IReadOnlyList<string> Of(ControllerActionDescriptor action)
    {
        var get = new ActionContext { HttpContext = new DefaultHttpContext { Request = { Method = HttpMethods.Get } } };

        // [BindProperty] leaves GET alone unless it is told otherwise.
        return [.. action.BoundProperties.Where(property => property.BindingInfo?.RequestPredicate?.Invoke(get) != false).Select(static property => property.Name)];
    }
}
