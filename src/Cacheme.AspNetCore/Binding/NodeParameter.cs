using System.Reflection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A parameter of a node's constructor.</summary>
internal sealed class NodeParameter(ParameterInfo parameter, NullabilityInfoContext nullability)
{
    private readonly bool _takesNull = parameter.ParameterType.IsValueType
        ? Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        : nullability.Create(parameter).WriteState != NullabilityState.NotNull;

    /// <summary>The constructor's parameter.</summary>
    public ParameterInfo Info => parameter;

    public string Name { get; } = parameter.Name ?? "";

    public Type Type { get; } = parameter.ParameterType;

    public bool IsNamed(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a value of the type can be handed in as it is.</summary>
    public bool Takes(Type type) => type.IsAssignableTo(Type) || type == Nullable.GetUnderlyingType(Type);

    /// <summary>A null is a value where the type says so; elsewhere the request has none, and the node cannot be made.</summary>
    public bool TakesValue(object? value) => value is not null || _takesNull;

    /// <summary>What stands for a value that is missing.</summary>
    public bool TryGetDefault(out object? value)
    {
        value = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        if (value is not null && Nullable.GetUnderlyingType(Type) is { IsEnum: true } enumType)
        {
            value = Enum.ToObject(enumType, value); // reflection gives the number
        }

        return parameter.HasDefaultValue || _takesNull;
    }
}
