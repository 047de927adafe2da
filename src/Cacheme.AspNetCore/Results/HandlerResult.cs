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

        return result switch
        {
            IValueHttpResult { Value: TValue value } when isOk && IsOk(result.GetType()) => new(true, value),
            TValue value when !isOk => new(true, value),
            null when !isOk && default(TValue) is null => new(true, default!), // null is a TValue, as the line says; whether it is kept is the node's affair
            _ => CacheLookup<TValue>.None,
        };
    }

    /// <summary>Wraps a value; false for a null in place of an Ok, which the handler has another answer for, such as NotFound.</summary>
    public bool TryWrap(TValue value, out object? result)
    {
        result = isOk ? TypedResults.Ok(value) : value;
        return !isOk || value is not null;
    }

    private static bool IsOk(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Ok<>);
}
