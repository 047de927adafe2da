using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cacheme.AspNetCore.Results;

/// <summary>The results of a minimal API's handler.</summary>
/// <param name="ok">How it declares its values: the framework writes them by it.</param>
/// <param name="isOk">Whether the handler wraps its value in <c>Ok</c>.</param>
/// <param name="saysNotFound">Whether it declares that it answers nothing with <c>NotFound</c>: that is the node's null.</param>
internal sealed class EndpointResult<TValue>(DeclaredOk<TValue> ok, bool isOk, bool saysNotFound) : HandlerResult<TValue>
{
    private readonly bool _saysNotFound = saysNotFound && default(TValue) is null;

    public override bool AnswersNull => !isOk || _saysNotFound;

    public override object? Null => null;

    public override CacheLookup<TValue> Unwrap(object? result)
    {
        while (result is INestedHttpResult nested && DeclaredResult.IsUnion(result.GetType()))
        {
            result = nested.Result;
        }

        return result switch
        {
            IValueHttpResult { Value: TValue value } when isOk && IsOk(result.GetType()) && SharedValue.MayBe(value) => Noted(result, value),
            NotFound when _saysNotFound => new(true, default!), // null is a TValue here; whether it is kept is the node's affair
            TValue value when !isOk && SharedValue.MayBe(value) => new(true, value),
            null when !isOk && default(TValue) is null => new(true, default!), // the same
            _ => CacheLookup<TValue>.None,
        };
    }

    public override object? Wrap(AnswerWriter writer, CacheAnswer<TValue> answer, TValue value)
    {
        var type = ok.For(value);
        return Written(value, type) is { } written ? new NodeResult<TValue>(writer, answer, written, type.Form, isOk ? written : value) : null;
    }

    public override bool TryWrite(AnswerWriter writer, HttpContext http, CacheAnswer<TValue> answer, TValue value, out Task written)
    {
        var type = ok.For(value); // once, for the body and its form: a run of the handler may change it
        if (value is not null && writer.TryWrite(http, answer, type.Form, out written))
        {
            return true; // the hot path
        }

        var result = Written(value, type);
        written = result is null ? Task.CompletedTask : writer.WriteAsync(http, answer, result.ExecuteAsync, type.Form);
        return result is not null;
    }

    private CacheLookup<TValue> Noted(object result, TValue value)
    {
        ok.Note(value, result.GetType().GetGenericArguments()[0]);
        return new(true, value);
    }

    // Null for a null that is plain, for which the framework has a body of its own.
    private IResult? Written(TValue value, OkOf<TValue> type) =>
        value is null ? _saysNotFound ? TypedResults.NotFound() : null
        : !isOk && value is string text ? TypedResults.Text(text)
        : type.Wrap(value);

    private static bool IsOk(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Ok<>);
}
