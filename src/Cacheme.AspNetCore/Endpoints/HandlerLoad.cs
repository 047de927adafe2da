using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Endpoints;

/// <summary>The handler of one request, run as the load for all who wait for the node.</summary>
/// <remarks>
/// It uses its request's HttpContext and scoped services, so it can only run while that request is open: a request that
/// leaves first closes its load, and waits for it when it has begun.
/// </remarks>
internal sealed class HandlerLoad<TValue>(
    EndpointFilterInvocationContext context, EndpointFilterDelegate next, HandlerTokens tokens, HandlerResult<TValue> results)
{
    private const int Idle = 0, Begun = 1, Closed = 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>Whether the handler has run to its end on this request.</summary>
    public bool HasResult { get; private set; }

    /// <summary>What the handler returned.</summary>
    public object? Result { get; private set; }

    /// <summary>Runs the handler; with nothing to share when its request has closed, or the answer is its own request's only.</summary>
    public async ValueTask<CacheLookup<TValue>> RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Begun, Idle) != Idle)
        {
            return CacheLookup<TValue>.None;
        }

        var aborted = context.HttpContext.RequestAborted;
        try
        {
            tokens.Set(context, cancellationToken);
            Result = await next(context);
            HasResult = true;
            return HttpRules.MayStore(context.HttpContext.Response) ? results.Unwrap(Result) : CacheLookup<TValue>.None;
        }
        finally
        {
            tokens.Set(context, aborted);
            _ended.SetResult();
        }
    }

    /// <summary>Keeps the handler from starting any more, or waits until it has ended. Its failure is the flight's to tell.</summary>
    public Task CloseAsync() => Interlocked.CompareExchange(ref _state, Closed, Idle) == Begun ? _ended.Task : Task.CompletedTask;
}
