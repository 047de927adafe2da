using System.IO.Pipelines;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cacheme.AspNetCore.Binding;

/// <summary>The types that the framework binds from the request before it looks among the services.</summary>
internal static class RequestTypes
{
    private static readonly HashSet<Type> Known =
    [
        typeof(HttpContext), typeof(HttpRequest), typeof(HttpResponse), typeof(ClaimsPrincipal), typeof(Stream), typeof(PipeReader),
        typeof(IFormFile), typeof(IFormFileCollection), typeof(IFormCollection), typeof(string), typeof(StringValues),
    ];

    public static bool Contains(Type type)
    {
        var item = type.IsArray ? type.GetElementType()! : type; // an array type has an element type
        item = Nullable.GetUnderlyingType(item) ?? item;
        return Known.Contains(item) || item.IsEnum || HasStatic(item, "TryParse") || BindsItself(type);
    }

    /// <summary>Whether the type makes itself of the whole request.</summary>
    public static bool BindsItself(Type type) => HasStatic(type, "BindAsync");

    // The framework looks at base types and interfaces too.
    private static bool HasStatic(Type type, string method) =>
        type.GetInterfaces().Prepend(type).Any(place =>
            place.GetMember(method, MemberTypes.Method, BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy).Length > 0);
}
