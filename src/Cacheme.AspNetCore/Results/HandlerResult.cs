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

    /// <summary>What the framework writes of a value. Null for a null: the handler has another answer for it than Ok, and the framework a body of its own for one that is plain.</summary>
    public IResult? Written(TValue value) =>
        value is null ? null
        : !isOk && value is string text ? TypedResults.Text(text)
        : TypedResults.Ok(value);

    /// <summary>Whether a cached null is an answer; else the handler has one, such as NotFound.</summary>
    public bool AnswersNull => !isOk;

    private static bool IsOk(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Ok<>);
}
