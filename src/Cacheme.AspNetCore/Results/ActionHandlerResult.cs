using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>The results of a controller's action, as the framework hands them to filters.</summary>
/// <param name="declared">What the action's declared type promises.</param>
/// <param name="negotiation">How the framework chooses what to write.</param>
internal sealed class ActionHandlerResult<TValue>(ActionPromise declared, Negotiation negotiation) : HandlerResult<TValue>
{
    private readonly bool _saysNotFound = declared.SaysNotFound && default(TValue) is null;

    // Where the declared type leaves open whether a value comes as Ok(value): as the last one did, since filters look for it.
    private volatile bool _isOk = !declared.IsPlain;

    public override bool AnswersNull => declared.IsPlain || _saysNotFound;

    public override object? Null => _saysNotFound ? new NotFoundResult() : new ObjectResult(null) { DeclaredType = declared.Value };

    public override IEnumerable<string> Headers => Negotiation.Headers;

    public override CacheLookup<TValue> Unwrap(object? result) => result switch
    {
        ObjectResult { Value: TValue value } written when IsNothingBut(written) && SharedValue.MayBe(value) => Noted(written, value),
        ObjectResult { Value: null } written when declared.IsPlain && default(TValue) is null && IsNothingBut(written) => new(true, default!), // null is a TValue here
        NotFoundResult when _saysNotFound => new(true, default!), // the same; whether it is kept is the node's affair
        _ => CacheLookup<TValue>.None,
    };

    public override object? Wrap(AnswerWriter writer, CacheAnswer<TValue> answer, TValue value)
    {
        var cached = new CachedObject<TValue>(writer, answer, negotiation, value);
        return value is null ? null
            : _isOk ? new NodeOkObjectResult<TValue>(cached)
            : new NodeObjectResult<TValue>(cached) { DeclaredType = declared.Value, StatusCode = declared.IsPlain ? null : StatusCodes.Status200OK };
    }

    // A body that is not kept is written by the framework's own result, which needs the action's context.
    public override bool TryWrite(AnswerWriter writer, HttpContext http, CacheAnswer<TValue> answer, TValue value, out Task written) =>
        writer.TryWrite(http, answer, value is null ? null : negotiation.EarlyKey(http.Request), out written);

    private CacheLookup<TValue> Noted(ObjectResult written, TValue value)
    {
        _isOk = !declared.IsPlain && written is OkObjectResult;
        return new(true, value);
    }

    // One that derives from these may do more; and what it says of its own would be missing in every hit.
    private static bool IsNothingBut(ObjectResult result) =>
        (result.GetType() == typeof(ObjectResult) || result.GetType() == typeof(OkObjectResult))
        && result is { StatusCode: null or StatusCodes.Status200OK, ContentTypes.Count: 0, Formatters.Count: 0 };
}
