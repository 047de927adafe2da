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

    /// <summary>The storage's name.</summary>
    public string Name => _name;

    public TimeSpan Timeout { get; }

    /// <summary>What was asked of it, and failed.</summary>
    public OperationCounters Operations { get; } = new();

    /// <summary>Whether the circuit is open: every operation would be refused.</summary>
    public bool IsCutOff => _circuit.IsOpen;

    /// <summary>Whether the storage wants reads that come together as one. Not when it cannot say so.</summary>
    public bool BatchesReads
    {
        get
        {
            try
            {
                return _storage.BatchesReads;
            }
            catch (Exception)
            {
                // Asked at each read: if something is wrong, the read itself will tell.
                return false;
            }
        }
    }

    /// <summary>The time, for operations that begin before they are run.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>About how many operations are under way.</summary>
    public int UnderWay => _timeouts.Count;

    /// <summary>Reads keys, like <see cref="RunAsync"/>.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="weight">As how many it counts for the circuit.</param>
    /// <param name="inParts">Whether it is tried again in parts when the storage refuses it.</param>
    /// <param name="began">Since when its timeout counts; null for now.</param>
    /// <returns>A value for each key, in an array of our own.</returns>
    public ValueTask<Guarded<IReadOnlyList<StoredValue>>> ReadAsync(
        string[] keys, CancellationToken cancellationToken, int weight = 1, bool inParts = false, long? began = null) =>
        RunAsync(StoreOperation.Get, keys, GuardedRead.Send, cancellationToken, weight, inParts, began, GuardedRead.TakeOver);

    /// <summary>Runs an operation; while the circuit is open it is refused at once. Throws only when the caller's token fires.</summary>
    /// <param name="operation">What it is, for the meter and the log.</param>
    /// <param name="state">What the action needs.</param>
    /// <param name="action">The operation.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="weight">As how many it counts for the circuit: it may stand for the reads of several callers. Not at all when 0.</param>
    /// <param name="inParts">Whether it is tried again in parts when the storage refuses it: then they count in its place.</param>
    /// <param name="began">Since when its timeout counts; null for now.</param>
    /// <param name="takeOver">Makes the answer ours; when it throws, the operation has failed.</param>
    public ValueTask<Guarded<T>> RunAsync<TState, T>(
        StoreOperation operation,
        TState state,
        Func<IStorage, TState, CancellationToken, ValueTask<T>> action,
        CancellationToken cancellationToken,
        int weight = 1,
        bool inParts = false,
        long? began = null,
        Func<TState, T, T>? takeOver = null) =>
        _circuit.IsOpen
            ? new(new Guarded<T>(default!, new BrokenCircuitException($"Storage '{_name}' fails too often, and is not asked."))) // Not read: there is an error.
            : TryAsync(operation, state, action, takeOver, weight, inParts, began ?? Now, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _circuit.DisposeAsync().ConfigureAwait(false);
        await _timeouts.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var ended = await TryAsync(StoreOperation.Probe, _probeKeys, GuardedRead.Send, GuardedRead.TakeOver, weight: 0, inParts: false, Now, cancellationToken).ConfigureAwait(false);
        return ended.Error is null;
    }

    // Without a weight it is a probe, or nothing that the circuit should know. One method, since each that awaits another costs an object and a continuation at every operation.
    private async ValueTask<Guarded<T>> TryAsync<TState, T>(
        StoreOperation operation,
        TState state,
        Func<IStorage, TState, CancellationToken, ValueTask<T>> action,
        Func<TState, T, T>? takeOver,
        int weight,
        bool inParts,
        long began,
        CancellationToken cancellationToken)
    {
        // Not disposed: it has no timer of its own, and the queue may be about to cancel it.
        var ended = new CancellationTokenSource();
        var patience = ended.Token;
        var timed = default(LinkedListNode<(CancellationTokenSource Source, long Began)>);
        var left = default(CancellationTokenRegistration);
        var work = default(Task<T>);
        Guarded<T> outcome;
        try
        {
            var working = action(_storage, state, patience);
            if (working.IsCompletedSuccessfully)
            {
                outcome = new(Taken(state, working.Result, takeOver), null);
            }
            else
            {
                // Not before: what is done at once needs no place in the queue, which all operations share.
                work = working.AsTask();
                timed = _timeouts.Add(ended, began);
                left = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ended);
                if (weight > 0 && _circuit.IsOpen)
                {
                    // It opened in this very moment, and has cancelled the others.
                    await ended.CancelAsync().ConfigureAwait(false);
                }

                outcome = new(Taken(state, await work.WaitAsync(patience).ConfigureAwait(false), takeOver), null);
            }
        }
        catch (OperationCanceledException error) when (patience.IsCancellationRequested)
        {
            // A caller who leaves tells the circuit nothing: that says nothing about the storage.
            // Also when it has ended in this very moment: its exception must not go unseen.
            var late = work is null ? null : EndOf(work);
            cancellationToken.ThrowIfCancellationRequested();
            outcome = new(default!, new TimeoutException($"It was given up: it took longer than {Timeout}, others did until the circuit opened, or the storage was disposed.", error), late); // Not read: there is an error.
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            outcome = new(default!, error); // Not read: there is an error.
        }
        finally
        {
            if (timed is not null)
            {
                _timeouts.Remove(timed);
                left.Unregister();
            }
        }

        Report(operation, began, outcome.Error);
        if (weight > 0 && !(inParts && outcome.IsRefused))
        {
            await _circuit.TellAsync(outcome.Error, weight).ConfigureAwait(false);
        }

        return outcome;
    }

    private static T Taken<TState, T>(TState state, T answer, Func<TState, T, T>? takeOver) => takeOver is null ? answer : takeOver(state, answer);

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

    private void Report(StoreOperation operation, long began, Exception? error)
    {
        Operations.Count(operation, failed: error is not null);
        if (_meter.RecordsStores)
        {
            _meter.StoreEnded(_name, operation, _time.GetElapsedTime(began), error is null ? null : FailureKind.Of(error));
        }

        if (error is not null)
        {
            Log.StorageFailed(_logger, _name, OperationCounters.NameOf(operation), error);
        }
    }
}
