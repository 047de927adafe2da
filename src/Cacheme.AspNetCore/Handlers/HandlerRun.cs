using Cacheme.AspNetCore.Results;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>Runs a handler for all who wait for its node's value.</summary>
internal sealed class HandlerRun<TValue>(HandlerTokens tokens, HandlerResult<TValue> results)
{
    /// <summary>Runs it with the flight's token in the place of its request's.</summary>
    /// <param name="call">The handler.</param>
    /// <param name="cancellationToken">The flight's.</param>
    /// <returns>What it returned, and the value to share in it, if there is one.</returns>
    public async ValueTask<(object? Result, CacheLookup<TValue> Value)> RunAsync(HandlerCall call, CancellationToken cancellationToken)
    {
        var aborted = call.Http.RequestAborted;
        var before = ResponseMarks.Of(call.Http.Response);
        try
        {
            tokens.Set(call, cancellationToken);
            var result = await call.RunAsync();
            return (result, before.MayStore(call.Http) ? results.Unwrap(result) : CacheLookup<TValue>.None);
        }
        finally
        {
            tokens.Set(call, aborted);
        }
    }
}
