namespace Cacheme.Concurrency;

/// <summary>Cancels what runs longer than a timeout, with one timer for all.</summary>
/// <remarks>
/// A timer for each operation is dear when thousands are under way: they all share the process's timer locks with every
/// delay in the application. Since the timeout is the same for all, they run out in the order in which they began, and
/// only the first one needs a timer. They are added in about that order: what began before others and is added behind them
/// goes past them, from the back. Thread-safe.
/// </remarks>
internal sealed class TimeoutQueue : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<(CancellationTokenSource Source, long Began)> _running = [];
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _isArmed;
    private long _armedFor; // When the one began whose time is up when the timer fires.
    private bool _isDisposed;

    /// <param name="timeout">The same for all; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="time">The clock.</param>
    public TimeoutQueue(TimeSpan timeout, TimeProvider time)
    {
        _timeout = timeout;
        _time = time;
        _timer = time.CreateTimer(static queue => ((TimeoutQueue)queue!).CancelDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many are in it; about, while others add and remove.</summary>
    public int Count => _running.Count;

    /// <summary>Cancels the source when the timeout has passed, unless what is returned is given to <see cref="Remove"/> before.</summary>
    /// <param name="source">The source.</param>
    /// <param name="began">The timestamp from which its time counts.</param>
    public LinkedListNode<(CancellationTokenSource Source, long Began)> Add(CancellationTokenSource source, long began)
    {
        var added = new LinkedListNode<(CancellationTokenSource Source, long Began)>((source, began));
        lock (_lock)
        {
            Insert(added);
            if (_isDisposed)
            {
                CancelFirst(); // There is no other.
            }
            else if (_timeout != Timeout.InfiniteTimeSpan && (!_isArmed || began < _armedFor))
            {
                Arm(began);
            }
        }

        return added;
    }

    /// <summary>Takes it out; no matter whether its time has passed.</summary>
    public void Remove(LinkedListNode<(CancellationTokenSource Source, long Began)> added)
    {
        lock (_lock)
        {
            if (added.List is not null)
            {
                _running.Remove(added);
            }
        }
    }

    /// <summary>Cancels all that is in it now, as if its time had passed.</summary>
    public void CancelAll()
    {
        lock (_lock)
        {
            while (_running.First is not null)
            {
                CancelFirst();
            }
        }
    }

    /// <summary>Cancels all that is in it, and from now on what is added: no timer will.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
            CancelAll();
        }

        return _timer.DisposeAsync();
    }

    private void CancelDue()
    {
        lock (_lock)
        {
            _isArmed = false;
            while (_running.First is { } first)
            {
                if (_time.GetElapsedTime(first.Value.Began) < _timeout)
                {
                    Arm(first.Value.Began);
                    return;
                }

                CancelFirst();
            }
        }
    }

    // Under the lock.
    private void CancelFirst()
    {
        var source = _running.First!.Value.Source; // Not null: the caller has seen it.
        _running.RemoveFirst();

        // On the pool: what was registered with the token must not run under the lock, nor throw at the timer or at the finalizer.
        _ = source.CancelAsync().ContinueWith(static cancelled => cancelled.Exception, TaskScheduler.Default);
    }

    // Under the lock.
    private void Insert(LinkedListNode<(CancellationTokenSource Source, long Began)> added)
    {
        var before = _running.Last;
        while (before?.Value.Began > added.Value.Began)
        {
            before = before.Previous;
        }

        if (before is null)
        {
            _running.AddFirst(added);
        }
        else
        {
            _running.AddAfter(before, added);
        }
    }

    // Under the lock. It stays armed when the first one ends in time, and then finds the next one.
    private void Arm(long began)
    {
        _isArmed = true;
        _armedFor = began;
        var left = _timeout - _time.GetElapsedTime(began);
        _timer.Change(left < Shortest ? Shortest : left, Timeout.InfiniteTimeSpan);
    }
}
