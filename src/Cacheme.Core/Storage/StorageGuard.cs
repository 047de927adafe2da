using Cacheme.Concurrency;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Cacheme.Storage;

/// <summary>Stands before a storage: an operation costs at most its timeout, and nothing at all while the circuit is open.</summary>
/// <remarks>
/// The timeout gives up waiting whether or not the storage honours its token; what was given up is reported when it ends
/// (<see cref="Guarded{T}.Late"/>), because the order of writes depends on it.
/// </remarks>
internal sealed class StorageGuard : IAsyncDisposable
{
    private readonly string _name;
    private readonly IStorage _storage;
    private readonly TimeProvider _time;
    private readonly CachemeMeter _meter;
    private readonly ILogger _logger;
    private readonly CircuitBreakerStateProvider _circuitState = new();
    private readonly ResiliencePipeline _circuit;
    private readonly TimeoutQueue _timeouts;

    public StorageGuard(string name, IStorage storage, StorageOptions options, TimeProvider time, CachemeMeter meter, ILogger logger)
    {
        _name = name;
        _storage = storage;
        Timeout = options.Timeout;
        _time = time;
        _timeouts = new TimeoutQueue(options.Timeout, time);
        _meter = meter;
        _logger = logger;
        _circuit = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(CircuitOf(options)).Build();
    }

    public TimeSpan Timeout { get; }

    /// <summary>Runs an operation. Throws only when the caller's token fires.</summary>
    public async ValueTask<Guarded<T>> RunAsync<TState, T>(
        string operation, TState state, Func<IStorage, TState, CancellationToken, ValueTask<T>> action, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var attempt = new Attempt<TState, T>(_storage, state, action, Timeout, _timeouts);
        Outcome<T> outcome;
        if (_circuitState.CircuitState == CircuitState.Closed)
        {
            // A closed circuit lets everything through, so it is enough to tell it afterwards. Around an operation that
            // waits it would cost four more state machines.
            outcome = await attempt.RunAsync(cancellationToken).ConfigureAwait(false);
            await TellCircuitAsync(outcome, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            outcome = await RunInCircuitAsync(static (attempt, token) => attempt.RunAsync(token), attempt, cancellationToken).ConfigureAwait(false);
        }

        if (outcome.Exception is OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Report(operation, started, outcome.Exception);
        return new Guarded<T>(outcome.Result!, outcome.Exception, attempt.Late); // Read only when there is no error.
    }

    public ValueTask DisposeAsync() => _timeouts.DisposeAsync();

    private async ValueTask TellCircuitAsync<T>(Outcome<T> outcome, CancellationToken cancellationToken)
    {
        // A caller who left says nothing about the storage.
        if (!(outcome.Exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            await RunInCircuitAsync(static (outcome, _) => new ValueTask<Outcome<T>>(outcome), outcome, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask<Outcome<T>> RunInCircuitAsync<TState, T>(
        Func<TState, CancellationToken, ValueTask<Outcome<T>>> action, TState state, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            return await _circuit.ExecuteOutcomeAsync(
                static (context, call) => call.Action(call.State, context.CancellationToken), context, (Action: action, State: state)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private void Report(string operation, long started, Exception? error)
    {
        if (error is BrokenCircuitException)
        {
            return;
        }

        _meter.StoreEnded(_name, operation, _time.GetElapsedTime(started), error?.GetType().Name);
        if (error is not null)
        {
            Log.StorageFailed(_logger, _name, operation, error);
        }
    }

    private CircuitBreakerStrategyOptions CircuitOf(StorageOptions options) => new()
    {
        FailureRatio = options.FailureRatio,
        MinimumThroughput = options.FailuresBeforeBreak,
        SamplingDuration = options.FailureWindow,
        BreakDuration = options.BreakDuration,
        StateProvider = _circuitState,
        // A caller who left is no fault of the storage's; every other exception is.
        ShouldHandle = static arguments => new(arguments.Outcome.Exception is { } error
            && !(error is OperationCanceledException && arguments.Context.CancellationToken.IsCancellationRequested)),
        OnOpened = arguments =>
        {
            Log.CircuitOpened(_logger, _name, arguments.BreakDuration);
            return default;
        },
        OnClosed = _ =>
        {
            Log.CircuitClosed(_logger, _name);
            return default;
        },
    };

    /// <summary>One run of an operation, with its timeout.</summary>
    private sealed class Attempt<TState, T>(
        IStorage storage, TState state, Func<IStorage, TState, CancellationToken, ValueTask<T>> action, TimeSpan timeout, TimeoutQueue timeouts)
    {
        public Task<Exception?>? Late { get; private set; }

        public async ValueTask<Outcome<T>> RunAsync(CancellationToken cancellationToken)
        {
            // Not disposed: it has no timer of its own, and the queue may be about to cancel it.
            var ended = new CancellationTokenSource();
            var patience = ended.Token;
            var timed = timeouts.Add(ended);
            var left = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ended);
            Task<T>? work = null;
            try
            {
                work = action(storage, state, patience).AsTask();
                return Outcome.FromResult(await work.WaitAsync(patience).ConfigureAwait(false));
            }
            catch (OperationCanceledException error) when (patience.IsCancellationRequested)
            {
                // Also when it has ended in this very moment: its exception must not go unseen.
                Late = work is null ? null : EndOf(work);
                return Outcome.FromException<T>(
                    cancellationToken.IsCancellationRequested ? error : new TimeoutException($"It took longer than {timeout}.", error));
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                return Outcome.FromException<T>(error);
            }
            finally
            {
                timeouts.Remove(timed);
                left.Unregister();
            }
        }

        private static async Task<Exception?> EndOf(Task work)
        {
            try
            {
                await work.ConfigureAwait(false);
                return null;
            }
            catch (Exception error)
            {
                return error;
            }
        }
    }
}
