using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cacheme.AspNetCore.Results;

/// <summary>Takes the node's value out of what a handler returned, and wraps it as the handler would.</summary>
/// <param name="isOk">Whether the handler wraps its value in <c>Ok</c>.</param>
internal sealed class HandlerResult<TValue>(bool isOk)
{
    /// <summary>The value, if the result is nothing but a successful value.</summary>
    public CacheLookup<TValue> Unwrap(object? result)
    {
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        if (!isOk)
        {
            return Typed(result);
        }

        return result is IValueHttpResult ok && IsOk(result.GetType()) ? Typed(ok.Value) : CacheLookup<TValue>.None;
    }

    /// <summary>The answer of a handler that would have returned the value.</summary>
    public object? Wrap(TValue value) => isOk ? TypedResults.Ok(value) : value;

    private static bool IsOk(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Ok<>);

    private static CacheLookup<TValue> Typed(object? value) => value switch
    {
        TValue typed => new(true, typed),
        null when default(TValue) is null => new(true, default!), // null is a TValue, as the line says; whether it is kept is the node's affair
        _ => CacheLookup<TValue>.None,
    };
}
