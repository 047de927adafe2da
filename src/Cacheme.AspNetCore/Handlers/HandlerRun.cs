using Cacheme.AspNetCore.Responses;
using Cacheme.AspNetCore.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>Runs a handler for all who wait for its node's value.</summary>
internal sealed class HandlerRun<TValue>(HandlerTokens tokens, HandlerResult<TValue> results)
{
    /// <summary>Runs it with the flight's token in the place of its request's. The request's own timeout ends it too, so that its answer comes when it should.</summary>
    /// <param name="call">The handler.</param>
    /// <param name="cancellationToken">The flight's.</param>
    /// <returns>What it returned, and the value to share in it, if there is one.</returns>
    public async ValueTask<(object? Result, CacheLookup<TValue> Value)> RunAsync(HandlerCall call, CancellationToken cancellationToken)
    {
        var aborted = call.Http.RequestAborted;
        var timeout = TimeoutOf(call.Http);
        using var ended = timeout.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken) : null;
        // By the request's own token, which the timeout fires: until it has, the framework takes the failure for the handler's.
        using var registration = ended is null ? default : aborted.UnsafeRegister(_ => EndBy(ended, timeout), null);
        using var effects = HandlerEffects.Watch(call.Http);
        try
        {
            tokens.Set(call, ended?.Token ?? cancellationToken);
            var result = await call.RunAsync();
            return (result, effects.MayStore() ? Unwrap(result, call.Http) : CacheLookup<TValue>.None);
        }
        finally
        {
            tokens.Set(call, aborted);
        }
    }

    /// <summary>Whether a handler has failed because its own request's time was up: then the others are served by one of theirs.</summary>
    public static bool IsOfItsTimeout(Exception error, HttpContext http) => error is OperationCanceledException && TimeoutOf(http).IsCancellationRequested;

    private CacheLookup<TValue> Unwrap(object? result, HttpContext http)
    {
        var value = results.Unwrap(result);
        if (!value.Found)
        {
            CacheStatus.Note(http, "result");
        }

        return value;
    }

    private static void EndBy(CancellationTokenSource ended, CancellationToken timeout)
    {
        // A client that has left does not end it: others may wait for it.
        if (timeout.IsCancellationRequested)
        {
            ended.Cancel();
        }
    }

    private static CancellationToken TimeoutOf(HttpContext http) => http.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken ?? CancellationToken.None;
}
