using System.Reflection;

namespace Cacheme.AspNetCore.Binding;

/// <summary>A parameter of a handler, or a member of one that is <c>[AsParameters]</c>.</summary>
internal sealed class HandlerParameter
{
    private readonly MethodInvoker? _getter;

    public HandlerParameter(ParameterInfo parameter, string boundName, Type type, HandlerParameterKind kind, PropertyInfo? member = null)
    {
        ArgumentIndex = parameter.Position;
        ArgumentName = parameter.Name ?? "";
        Name = member?.Name ?? ArgumentName;
        BoundName = boundName;
        Type = type;
        Kind = kind;
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

    public PropertyInfo? Member { get; }

    public object? Read(IList<object?> arguments)
    {
        var argument = arguments[ArgumentIndex];
        return _getter is null || argument is null ? argument : _getter.Invoke(argument);
    }
}
