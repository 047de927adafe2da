using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cacheme.AspNetCore.Results;

/// <summary>Takes the node's value out of what a handler returned, and wraps it as the handler would.</summary>
/// <param name="isOk">Whether the handler wraps its value in <c>Ok</c>.</param>
/// <param name="saysNotFound">Whether it declares that it answers nothing with <c>NotFound</c>: that is the node's null.</param>
internal sealed class HandlerResult<TValue>(bool isOk, bool saysNotFound)
{
    private readonly bool _saysNotFound = saysNotFound && default(TValue) is null;

    /// <summary>The value, if the result is nothing but a successful value, or that there is none.</summary>
    public CacheLookup<TValue> Unwrap(object? result)
    {
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        return result switch
        {
            IValueHttpResult { Value: TValue value } when isOk && IsOk(result.GetType()) => new(true, value),
            NotFound when _saysNotFound => new(true, default!), // null is a TValue here; whether it is kept is the node's affair
            TValue value when !isOk => new(true, value),
            null when !isOk && default(TValue) is null => new(true, default!), // the same
            _ => CacheLookup<TValue>.None,
        };
    }

    /// <summary>What the framework writes of a value; null for a null that is plain, for which the framework has a body of its own.</summary>
    public IResult? Written(TValue value) =>
        value is null ? _saysNotFound ? TypedResults.NotFound() : null
        : !isOk && value is string text ? TypedResults.Text(text)
        : TypedResults.Ok(value);

    /// <summary>Whether a cached null is an answer; else the handler has one.</summary>
    public bool AnswersNull => !isOk || _saysNotFound;

    private static bool IsOk(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Ok<>);
}
