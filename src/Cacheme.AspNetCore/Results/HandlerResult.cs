using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Results;

/// <summary>Takes the node's value out of what a handler returned, and wraps it as the handler would.</summary>
internal abstract class HandlerResult<TValue>
{
    /// <summary>Whether a cached null is an answer; else the handler has one.</summary>
    public abstract bool AnswersNull { get; }

    /// <summary>What answers with a cached null that <see cref="Wrap"/> leaves to the framework.</summary>
    public abstract object? Null { get; }

    /// <summary>The request's headers that change how a value is written.</summary>
    public virtual IEnumerable<string> Headers => [];

    /// <summary>The value, if the result is nothing but a successful value, or that there is none.</summary>
    public abstract CacheLookup<TValue> Unwrap(object? result);

    /// <summary>What the framework is to write in the place of the handler's result; null where it is to write a null as it does.</summary>
    public abstract object? Wrap(AnswerWriter writer, CacheAnswer<TValue> answer, TValue value);

    /// <summary>Writes a value before the arguments are bound. False where the framework needs the handler's surroundings for it.</summary>
    public abstract bool TryWrite(AnswerWriter writer, HttpContext http, CacheAnswer<TValue> answer, TValue value, out Task written);
}
