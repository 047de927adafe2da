using Cacheme.Concurrency;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace Cacheme.Storage;

/// <summary>Stands before a storage: an operation costs at most its timeout, and nothing at all while the circuit is open.</summary>
/// <remarks>
/// The timeout gives up waiting whether or not the storage honours its token; what was given up is reported when it ends
/// (<see cref="Guarded{T}.Late"/>), because the order of writes depends on it. When the circuit opens, what is under way is
/// given up too: those who wait for it, and those who would join them, would most likely wait for the timeout.
/// </remarks>
internal sealed class StorageGuard : IAsyncDisposable
{
    private readonly string _name;
    private readonly IStorage _storage;
    private readonly string[] _probeKeys;
    private readonly TimeProvider _time;
    private readonly CachemeMeter _meter;
    private readonly ILogger _logger;
    private readonly StorageCircuit _circuit;
    private readonly TimeoutQueue _timeouts;

    /// <param name="name">The storage's name.</param>
    /// <param name="storage">The storage.</param>
    /// <param name="probeKey">A key that may be read, to see whether the storage answers. Nothing needs to be there.</param>
    /// <param name="options">What an operation may cost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Where operations are counted.</param>
    /// <param name="logger">Where failures are told.</param>
    public StorageGuard(
        string name, IStorage storage, string probeKey, StorageOptions options, TimeProvider time, CachemeMeter meter, ILogger logger)
    {
        _name = name;
        _storage = storage;
        _probeKeys = [probeKey];
        Timeout = options.Timeout;
        _time = time;
        _timeouts = new TimeoutQueue(options.Timeout, time);
        _meter = meter;
        _logger = logger;
        _circuit = new StorageCircuit(name, options, AnswersAsync, _timeouts.CancelAll, time, logger);
    }

    public TimeSpan Timeout { get; }

    /// <summary>Runs an operation; while the circuit is open it is refused at once. Throws only when the caller's token fires.</summary>
    public async ValueTask<Guarded<T>> RunAsync<TState, T>(
        string operation, TState state, Func<IStorage, TState, CancellationToken, ValueTask<T>> action, CancellationToken cancellationToken)
    {
        if (_circuit.IsOpen)
        {
            return new Guarded<T>(default!, new BrokenCircuitException($"Storage '{_name}' fails too often, and is not asked.")); // Not read: there is an error.
        }

        var ended = await TryAsync(operation, state, action, cancellationToken).ConfigureAwait(false);
        await _circuit.TellAsync(ended.Error).ConfigureAwait(false);
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _circuit.DisposeAsync().ConfigureAwait(false);
        await _timeouts.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var ended = await TryAsync(
            "probe", _probeKeys, static (storage, keys, token) => storage.GetAsync(keys, token), cancellationToken).ConfigureAwait(false);
        return ended.Error is null;
    }

    // A caller who leaves throws from here, and so tells the circuit nothing: that says nothing about the storage.
    private async ValueTask<Guarded<T>> TryAsync<TState, T>(
        string operation, TState state, Func<IStorage, TState, CancellationToken, ValueTask<T>> action, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var attempt = new StorageAttempt<TState, T>(_storage, state, action, Timeout, _timeouts);
        var outcome = await attempt.RunAsync(cancellationToken).ConfigureAwait(false);
        if (outcome.Exception is OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Report(operation, started, outcome.Exception);
        return new Guarded<T>(outcome.Result!, outcome.Exception, attempt.Late); // Read only when there is no error.
    }

    private void Report(string operation, long started, Exception? error)
    {
        _meter.StoreEnded(_name, operation, _time.GetElapsedTime(started), error?.GetType().Name);
        if (error is not null)
        {
            Log.StorageFailed(_logger, _name, operation, error);
        }
    }
}
