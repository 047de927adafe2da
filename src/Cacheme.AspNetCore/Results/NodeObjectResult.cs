using Cacheme.AspNetCore.Responses;
using Microsoft.AspNetCore.Mvc;

namespace Cacheme.AspNetCore.Results;

/// <summary>An answer of the cache on its way through MVC: result filters and formatters see what the action's own result would be.</summary>
internal sealed class NodeObjectResult<TValue> : ObjectResult
{
    private readonly AnswerWriter _writer;
    private readonly CacheAnswer<TValue> _answer;
    private readonly Negotiation _negotiation;
    private readonly object? _cached;

    public NodeObjectResult(AnswerWriter writer, CacheAnswer<TValue> answer, TValue value, Negotiation negotiation)
        : base(value)
    {
        _writer = writer;
        _answer = answer;
        _negotiation = negotiation;
        _cached = Value;
    }

    // A filter that puts something of its own into it has made it the answer of one request.
    private bool IsCached => ReferenceEquals(Value, _cached) && StatusCode is null && Formatters.Count == 0;

    public override Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsCached)
        {
            return _writer.WriteAsync(context.HttpContext, _answer, _ => base.ExecuteResultAsync(context), _negotiation.Key(context.HttpContext.Request, ContentTypes));
        }

        _writer.Tell(context.HttpContext, _answer);
        return base.ExecuteResultAsync(context);
    }
}
