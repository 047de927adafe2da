using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>A value of the cache on its way through MVC.</summary>
/// <param name="writer">Writes it.</param>
/// <param name="answer">What is known of it.</param>
/// <param name="negotiation">How the framework chooses what to write.</param>
/// <param name="value">The value.</param>
internal sealed class CachedObject<TValue>(AnswerWriter writer, CacheAnswer<TValue> answer, Negotiation negotiation, TValue value)
{
    /// <summary>The value, as results hold it.</summary>
    public object? Value { get; } = value;

    /// <summary>Writes a result that holds it. A filter that has put something of its own into the result has made it the answer of one request.</summary>
    /// <param name="result">The result.</param>
    /// <param name="context">The action.</param>
    /// <param name="execute">Writes the result as the framework does.</param>
    public Task ExecuteAsync(ObjectResult result, ActionContext context, Func<Task> execute)
    {
        if (ReferenceEquals(result.Value, Value) && result is { StatusCode: null or StatusCodes.Status200OK, Formatters.Count: 0 })
        {
            return writer.WriteAsync(context.HttpContext, answer, _ => execute(), negotiation.Key(context.HttpContext.Request, result.ContentTypes));
        }

        writer.Tell(context.HttpContext, answer);
        return execute();
    }
}
