using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cacheme.AspNetCore.Results;

/// <summary>What a handler's declared return type promises.</summary>
internal static class DeclaredResult
{
    /// <summary>How the handler's value is taken out and wrapped; refuses a handler that can never return the node's value.</summary>
    public static HandlerResult<TValue> Read<TValue>(MethodInfo handler, Refusal refusal)
    {
        RefuseStreams(typeof(TValue), refusal);
        var type = Awaited(handler.ReturnType);
        var values = ValuesOfOk(type, typeof(TValue)).Distinct().ToList();
        if (values.Count > 0)
        {
            return new EndpointResult<TValue>(new(values.Count > 1 ? null : values[0]), isOk: true, SaysNotFound(type));
        }

        return !type.IsAssignableTo(typeof(IResult)) && CanBe(type, typeof(TValue)) ? new EndpointResult<TValue>(new(type), isOk: false, saysNotFound: false) : throw refusal.Because(
            $"the handler returns {Name(type)}, which is never the node's value. Return {Name(typeof(TValue))} or Ok<{Name(typeof(TValue))}>.");
    }

    /// <summary>The same for a node that is the handler itself.</summary>
    public static HandlerResult<TValue> OfMapped<TValue>(Refusal refusal)
    {
        RefuseStreams(typeof(TValue), refusal);
        return new EndpointResult<TValue>(new(typeof(TValue)), isOk: true, saysNotFound: true);
    }

    /// <summary>Refuses a node whose values are made while they are written: each would be of one request.</summary>
    public static void RefuseStreams(Type value, Refusal refusal)
    {
        if (SharedValue.IsStreamed(value))
        {
            throw refusal.Because($"its value is {Name(value)}, which is made while it is written and cannot be kept. Give the node a list or an array.");
        }
    }

    /// <summary>The type behind a task.</summary>
    public static Type Awaited(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask) ? typeof(void)
        : IsGeneric(type, typeof(Task<>)) || IsGeneric(type, typeof(ValueTask<>)) ? type.GetGenericArguments()[0]
        : type;

    /// <summary>Whether what is declared as one type may be the other.</summary>
    public static bool CanBe(Type type, Type value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = Nullable.GetUnderlyingType(value) ?? value;
        return type.IsAssignableTo(value) || value.IsAssignableTo(type);
    }

    /// <summary>A type's name as code has it.</summary>
    public static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;

    /// <summary>Whether a type is one of the framework's <c>Results&lt;...&gt;</c>, which do nothing of their own. Another that has a result in it may add something.</summary>
    public static bool IsUnion(Type type) => type.IsGenericType && type.Assembly == typeof(Results<,>).Assembly && type.IsAssignableTo(typeof(INestedHttpResult));

    // The types that a value in Ok may be declared as. IResult may be an Ok of any, which is null here; Results<...> is one of its alternatives.
    private static IEnumerable<Type?> ValuesOfOk(Type type, Type value) =>
        type == typeof(IResult) ? [null]
        : IsGeneric(type, typeof(Ok<>)) ? type.GetGenericArguments().Where(declared => CanBe(declared, value))
        : IsUnion(type) ? type.GetGenericArguments().SelectMany(alternative => ValuesOfOk(alternative, value))
        : [];

    private static bool SaysNotFound(Type type) => IsUnion(type) && type.GetGenericArguments().Any(alternative =>
        alternative == typeof(NotFound) || SaysNotFound(alternative));

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
