namespace Cacheme.AspNetCore.Handlers;

/// <summary>The handler of one request, run as the load for all who wait for the node.</summary>
/// <remarks>
/// It uses its request's HttpContext and scoped services, so it can only run while that request is open: a request that
/// leaves first closes its load, and waits for it when it has begun.
/// </remarks>
internal sealed class HandlerLoad<TValue>(HandlerCall call, HandlerRun<TValue> run)
{
    private readonly LoadTurn _turn = new();

    /// <summary>Whether the handler was started.</summary>
    public bool HasBegun => _turn.HasBegun;

    /// <summary>Whether the handler has run to its end on this request.</summary>
    public bool HasResult { get; private set; }

    /// <summary>What the handler returned.</summary>
    public object? Result { get; private set; }

    /// <summary>Runs the handler; with nothing to share when its request has closed, or the answer is its own request's only.</summary>
    public async ValueTask<CacheLookup<TValue>> RunAsync(CancellationToken cancellationToken)
    {
        if (!_turn.TryBegin())
        {
            return CacheLookup<TValue>.None;
        }

        try
        {
            (Result, var value) = await run.RunAsync(call, cancellationToken);
            HasResult = true;
            return value;
        }
        catch (Exception error) when (HandlerRun<TValue>.IsOfItsTimeout(error, call.Http))
        {
            // Its own request has stopped waiting already, by the same token.
            return CacheLookup<TValue>.None;
        }
        finally
        {
            _turn.End();
        }
    }

    /// <summary>Keeps the handler from starting any more, or waits until it has ended. Its failure is the flight's to tell.</summary>
    public Task CloseAsync() => _turn.CloseAsync();
}
