using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>The results of a controller's action, as the framework hands them to filters.</summary>
/// <param name="declared">The value's declared type; null where the action declares none.</param>
/// <param name="isPlain">Whether the action returns the value itself.</param>
/// <param name="saysNotFound">Whether it answers nothing with <c>NotFound</c>: that is the node's null.</param>
/// <param name="negotiation">How the framework chooses what to write.</param>
internal sealed class ActionHandlerResult<TValue>(Type? declared, bool isPlain, bool saysNotFound, Negotiation negotiation) : HandlerResult<TValue>
{
    private readonly bool _saysNotFound = saysNotFound && default(TValue) is null;

    public override bool AnswersNull => isPlain || _saysNotFound;

    public override object? Null => _saysNotFound ? new NotFoundResult() : new ObjectResult(null) { DeclaredType = declared };

    public override IEnumerable<string> Headers => Negotiation.Headers;

    public override CacheLookup<TValue> Unwrap(object? result) => result switch
    {
        ObjectResult { Value: TValue value } written when IsNothingBut(written) => new(true, value),
        ObjectResult { Value: null } written when isPlain && default(TValue) is null && IsNothingBut(written) => new(true, default!), // null is a TValue here
        NotFoundResult when _saysNotFound => new(true, default!), // the same; whether it is kept is the node's affair
        _ => CacheLookup<TValue>.None,
    };

    public override object? Wrap(AnswerWriter writer, CacheAnswer<TValue> answer, TValue value) =>
        value is null ? null : new NodeObjectResult<TValue>(writer, answer, value, negotiation) { DeclaredType = declared };

    // A body that is not kept is written by the framework's own result, which needs the action's context.
    public override bool TryWrite(AnswerWriter writer, HttpContext http, CacheAnswer<TValue> answer, TValue value, out Task written) =>
        writer.TryWrite(http, answer, value is null ? null : negotiation.Key(http.Request, []), out written);

    // One that derives from these may do more; and what it says of its own would be missing in every hit.
    private static bool IsNothingBut(ObjectResult result) =>
        (result.GetType() == typeof(ObjectResult) || result.GetType() == typeof(OkObjectResult))
        && result is { StatusCode: null or StatusCodes.Status200OK, ContentTypes.Count: 0, Formatters.Count: 0 };
}
