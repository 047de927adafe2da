using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Cacheme.Storage;

/// <summary>Whether a storage may be asked. It opens when too much fails, and closes when a probe in the background has succeeded.</summary>
/// <remarks>
/// The library watches the share of failures and opens the circuit. A storage that hangs after a busy time fails so seldom,
/// each failure being a timeout, that its share stays small for long; so failures in a row open it too. The library would
/// close it by letting the next caller try, who waits for the whole timeout when the storage still hangs; so its own break is
/// as long as it can be, and the circuit is closed by hand. While all goes well the library is told nothing, since telling it
/// costs more than the rest of a read: successes are counted here, and told before the next failure, as many as matter.
/// An operation that stands for many callers counts more than one, however it ends, and never so much that it opens the
/// circuit alone: one connection that breaks says little about a storage.
/// </remarks>
internal sealed class StorageCircuit : IAsyncDisposable
{
    // So many successes before each failure: more would not bring the share of failures much nearer to nothing.
    private const int MostToldAtOnce = 100;
    private static readonly TimeSpan LongestBreak = TimeSpan.FromDays(1);

    private readonly string _name;
    private readonly int _mostInARow;
    private readonly int _mostWeight;
    private readonly TimeSpan _break;
    private readonly Func<CancellationToken, ValueTask<bool>> _probe;
    private readonly Action _opened;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _disposing = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _breaker;
    private volatile bool _isOpen;
    private int _successes;
    private int _failuresInARow;
    private Task _probing = Task.CompletedTask;

    /// <param name="name">The storage's name.</param>
    /// <param name="options">When it opens, and how long it waits before each probe.</param>
    /// <param name="probe">Says whether the storage answers. Throws only when its token fires.</param>
    /// <param name="opened">Is told when it has opened.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where opening and closing is told.</param>
    public StorageCircuit(
        string name, StorageOptions options, Func<CancellationToken, ValueTask<bool>> probe, Action opened, TimeProvider time, ILogger logger)
    {
        _name = name;
        _mostInARow = options.FailuresBeforeBreak;
        _mostWeight = Math.Max(1, _mostInARow - 1);
        _break = options.BreakDuration;
        _probe = probe;
        _opened = opened;
        _logger = logger;
        _timer = time.CreateTimer(_ => _probing = ProbeAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(BreakerOf(options)).Build();
    }

    public bool IsOpen => _isOpen;

    /// <summary>Counts how an operation ended.</summary>
    /// <param name="error">With an error, or null.</param>
    /// <param name="weight">As how many it counts; less when it would open the circuit alone.</param>
    public ValueTask TellAsync(Exception? error, int weight = 1)
    {
        weight = Math.Min(weight, _mostWeight);
        if (error is not null)
        {
            // What began before the circuit opened has nothing to add.
            return _isOpen ? default : TellFailureAsync(error, weight);
        }

        // Read first: a counter that all operations write to is dear.
        if (Volatile.Read(ref _successes) < MostToldAtOnce)
        {
            Interlocked.Add(ref _successes, weight);
        }

        return default;
    }

    /// <summary>Ends the probing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _probing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask TellFailureAsync(Exception error, int failures)
    {
        var successes = Interlocked.Exchange(ref _successes, 0);
        if (successes > 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
        }

        var inARow = Interlocked.Add(ref _failuresInARow, failures);
        if (inARow >= _mostInARow && inARow - failures < _mostInARow)
        {
            await _control.IsolateAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }

        for (; successes > 0; successes--)
        {
            await TellBreakerAsync(Outcome.FromResult(true)).ConfigureAwait(false);
        }

        for (; failures > 0; failures--)
        {
            await TellBreakerAsync(Outcome.FromException<bool>(error)).ConfigureAwait(false);
        }
    }

    private async ValueTask TellBreakerAsync(Outcome<bool> outcome)
    {
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        try
        {
            await _breaker.ExecuteOutcomeAsync(
                static (_, outcome) => new ValueTask<Outcome<bool>>(outcome), context, outcome).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Owned by the circuit, which waits for it when it is disposed. The timer is set for the next one only when this one has failed.
    private async Task ProbeAsync()
    {
        if (await _probe(_disposing.Token).ConfigureAwait(false))
        {
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            Volatile.Write(ref _failuresInARow, 0);
            _isOpen = false;
            Log.CircuitClosed(_logger, _name);
        }
        else
        {
            ProbeLater();
        }
    }

    private void ProbeLater() => _timer.Change(_break, Timeout.InfiniteTimeSpan);

    private CircuitBreakerStrategyOptions BreakerOf(StorageOptions options) => new()
    {
        FailureRatio = options.FailureRatio,
        MinimumThroughput = options.FailuresBeforeBreak,
        SamplingDuration = options.FailureWindow,
        BreakDuration = LongestBreak,
        ManualControl = _control,
        ShouldHandle = static arguments => new(arguments.Outcome.Exception is not null),
        OnOpened = _ =>
        {
            _isOpen = true;
            Log.CircuitOpened(_logger, _name, _break);
            ProbeLater();
            _opened();
            return default;
        },
    };
}
