using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>Tells whether an action has endpoint filters. MVC keeps them to itself, and nothing else of them is in the endpoint.</summary>
internal static class EndpointFilters
{
    private static readonly PropertyInfo? Filters = Array.Find(
        typeof(ControllerActionDescriptor).GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public),
        static property => property.PropertyType == typeof(EndpointFilterDelegate));

    public static bool Has(ControllerActionDescriptor action) => Filters?.GetValue(action) is not null;
}
