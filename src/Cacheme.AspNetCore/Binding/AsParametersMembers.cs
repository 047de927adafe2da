using System.Reflection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>The members of an <c>[AsParameters]</c> type that the framework binds.</summary>
internal static class AsParametersMembers
{
    /// <summary>The properties behind the only constructor's parameters, or else all that can be set; with the attributes of both.</summary>
    public static IEnumerable<(PropertyInfo Property, object[] Attributes)> Of(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var constructors = type.GetConstructors();
        var parameters = constructors is [var only] ? only.GetParameters() : [];
        return parameters.Length == 0
            ? properties.Where(property => property.SetMethod?.IsPublic == true).Select(property => (property, AttributesOf(property)))
            : properties.Join(
                parameters,
                property => property.Name,
                parameter => parameter.Name,
                (property, parameter) => (property, (object[])[.. AttributesOf(property), .. parameter.GetCustomAttributes(inherit: false)]),
                StringComparer.OrdinalIgnoreCase);
    }

    private static object[] AttributesOf(PropertyInfo property) => property.GetCustomAttributes(inherit: false);
}
