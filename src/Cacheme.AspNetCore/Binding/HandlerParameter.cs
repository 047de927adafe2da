using System.Reflection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A parameter of a handler, or a member of one that is <c>[AsParameters]</c>.</summary>
internal class HandlerParameter
{
    private readonly ParameterInfo _parameter;
    private readonly MethodInvoker? _getter;

    public HandlerParameter(ParameterInfo parameter, string boundName, Type type, HandlerParameterKind kind, RequestPlace place, PropertyInfo? member = null)
    {
        _parameter = parameter;
        ArgumentIndex = parameter.Position;
        ArgumentName = parameter.Name ?? "";
        Name = member?.Name ?? ArgumentName;
        BoundName = boundName;
        Type = type;
        Kind = kind;
        Place = place;
        Member = member;
        _getter = member?.GetMethod is { } getter ? MethodInvoker.Create(getter) : null;
    }

    /// <summary>The handler's argument that this is, or is a member of.</summary>
    public int ArgumentIndex { get; }

    public string ArgumentName { get; }

    /// <summary>The name in the code.</summary>
    public string Name { get; }

    /// <summary>The name in the request, where an attribute gives another one.</summary>
    public string BoundName { get; }

    public Type Type { get; }

    public HandlerParameterKind Kind { get; }

    /// <summary>Where the framework finds its text.</summary>
    public RequestPlace Place { get; }

    public PropertyInfo? Member { get; }

    /// <summary>Reads what the framework will bind, of its text; null where only the framework can.</summary>
    public virtual TextsParser? Parser => Place != RequestPlace.None && !RequestTypes.BindsItself(Type) ? TextParsers.FindForAll(Type) : null;

    /// <summary>The value in an argument: the argument itself, or its member.</summary>
    public object? Read(object? argument) => _getter is null || argument is null ? argument : _getter.Invoke(argument);

    /// <summary>The argument where the framework has bound none, and leaves it to the method's signature.</summary>
    public virtual object? Unbound => null;

    /// <summary>What the framework gives where the request has nothing. False where it refuses the request, or only it knows.</summary>
    public virtual bool TryGetDefault(out object? value)
    {
        value = null;
        if (Member is not null || Type.IsArray)
        {
            return false;
        }

        if (!_parameter.HasDefaultValue)
        {
            return Nullable.GetUnderlyingType(Type) is not null
                || (!Type.IsValueType && new NullabilityInfoContext().Create(_parameter).WriteState == NullabilityState.Nullable);
        }

        value = _parameter.DefaultValue;
        if (value is not null && (Nullable.GetUnderlyingType(Type) ?? Type) is { IsEnum: true } enumType)
        {
            value = Enum.ToObject(enumType, value); // reflection gives the number
        }

        return value is not null || !Type.IsValueType || Nullable.GetUnderlyingType(Type) is not null;
    }
}
