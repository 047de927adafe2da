using Microsoft.AspNetCore.Http;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>The rest of a request's pipeline, run as the load for all who wait for the node. The endpoint's filter, at its end, finds it among the request's features.</summary>
/// <remarks>
/// The value is handed over as soon as the handler has returned it: nobody waits until this request's response is written.
/// The pipeline uses its request's HttpContext, so a request that leaves first waits for it when it has begun.
/// </remarks>
/// <param name="endpoint">The endpoint whose handler is the load.</param>
/// <param name="node">What is loaded.</param>
/// <param name="http">The request.</param>
/// <param name="next">The rest of its pipeline.</param>
/// <param name="run">Runs the handler.</param>
internal sealed class PipelineLoad<TValue>(object endpoint, object node, HttpContext http, RequestDelegate next, HandlerRun<TValue> run)
{
    private readonly TaskCompletionSource<CacheLookup<TValue>> _value = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CacheAnswer<TValue>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoadTurn _turn = new();
    private CancellationToken _flight;
    private Task _pipeline = Task.CompletedTask;

    /// <summary>What is loaded.</summary>
    public object Node => node;

    /// <summary>Whether the pipeline was run: the response is its.</summary>
    public bool HasBegun => _turn.HasBegun;

    /// <summary>Whether an endpoint's handler is to be run for others too; only once, however often the pipeline comes to it.</summary>
    public bool Awaits(object handler) => IsRunning(handler) && !_value.Task.IsCompleted;

    /// <summary>Whether it runs for an endpoint: who asks for its node again on the way would wait for himself.</summary>
    public bool IsRunning(object handler) => handler == endpoint && HasBegun;

    /// <summary>Runs the pipeline until the handler has returned; with nothing to share when its request has closed, or something on the way has answered.</summary>
    public async ValueTask<CacheLookup<TValue>> RunAsync(CancellationToken cancellationToken)
    {
        if (!_turn.TryBegin())
        {
            return CacheLookup<TValue>.None;
        }

        _flight = cancellationToken;
        _pipeline = RunPipelineAsync();
        await Task.WhenAny(_value.Task, _pipeline);
        // What befell the request before its handler is its own affair.
        return _value.Task.IsCompleted ? await _value.Task : CacheLookup<TValue>.None;
    }

    /// <summary>Runs the handler, hands its value over, and waits for what becomes of it.</summary>
    /// <param name="call">The handler.</param>
    /// <param name="isForOthers">Whether its value is theirs too.</param>
    /// <returns>What the handler returned, and the answer to tell of it.</returns>
    public async ValueTask<(object? Result, CacheAnswer<TValue> Answer)> RunHandlerAsync(HandlerCall call, bool isForOthers)
    {
        try
        {
            var (result, value) = await run.RunAsync(call, _flight);
            _value.TrySetResult(isForOthers ? value : CacheLookup<TValue>.None);
            return (result, await _answer.Task);
        }
        catch (Exception error)
        {
            if (HandlerRun<TValue>.IsOfItsTimeout(error, call.Http))
            {
                _value.TrySetResult(CacheLookup<TValue>.None);
            }
            else
            {
                _value.TrySetException(error);
            }

            throw;
        }
    }

    /// <summary>Tells the handler's side what became of its value: <see langword="default"/> where this request has left.</summary>
    public void Answer(CacheAnswer<TValue> answer) => _answer.TrySetResult(answer);

    /// <summary>Keeps the pipeline from starting any more, or waits until it has ended, and fails as it does.</summary>
    public async Task CloseAsync()
    {
        await _turn.CloseAsync();
        await _pipeline;
    }

    private async Task RunPipelineAsync()
    {
        try
        {
            await next(http);
        }
        finally
        {
            _turn.End();
        }
    }
}
