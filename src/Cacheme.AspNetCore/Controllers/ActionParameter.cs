using System.ComponentModel;
using System.Reflection;
using Cacheme.AspNetCore.Binding;

namespace Cacheme.AspNetCore.Controllers;

/// <summary>A parameter of a controller's action.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="boundName">Its name in the request.</param>
/// <param name="kind">Where it comes from.</param>
/// <param name="place">Where its text is.</param>
/// <param name="isPlain">Whether nothing but its place is said of it.</param>
internal sealed class ActionParameter(ParameterInfo parameter, string boundName, HandlerParameterKind kind, RequestPlace place, bool isPlain)
    : HandlerParameter(parameter, boundName, parameter.ParameterType, kind, place)
{
    public override TextsParser? Parser { get; } =
        isPlain && place != RequestPlace.None && ExactTexts.Find(parameter.ParameterType) is { } parse ? TextParsers.OfOne(parse) : null;

    public override object? Unbound { get; } = DefaultOf(parameter);

    // What MVC makes of nothing is waited for.
    public override bool TryGetDefault(out object? value)
    {
        value = null;
        return false;
    }

    private static object? DefaultOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var value = parameter.HasDefaultValue ? parameter.DefaultValue : parameter.GetCustomAttribute<DefaultValueAttribute>(inherit: false)?.Value;
        return (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumType && value is not null ? Enum.ToObject(enumType, value) // reflection gives the number
            : value ?? (type.IsValueType ? Activator.CreateInstance(type) : null);
    }
}
