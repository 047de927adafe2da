using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Cacheme.Concurrency;

/// <summary>One piece of work for one key, and all who wait for it.</summary>
/// <remarks>
/// Led by whoever made it: it is completed or failed once, and ended once, in a finally. It stays joinable from its start to
/// its end, unless it fails, is detached, or everybody has left before it was done.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer, whose wait handle nobody asks for, holds nothing to dispose.")]
internal sealed class Flight<TResult>
{
    private readonly SingleFlight<TResult> _table;
    private readonly FlightSlot<TResult> _slot;
    private readonly CancellationTokenSource? _abandoned;
    private TaskCompletionSource<TResult>? _waking;
    private TResult? _result;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isDone;
    private int _waiters;

    internal Flight(SingleFlight<TResult> table, FlightSlot<TResult> slot, string key, FlightForm form, Run run, long ticket, bool leaderMayLeave)
    {
        _table = table;
        _slot = slot;
        Key = key;
        Form = form;
        Run = run;
        Ticket = ticket;
        _waiters = 1;
        _abandoned = leaderMayLeave ? new() : null;
    }

    public string Key { get; }

    public FlightForm Form { get; }

    public Run Run { get; }

    /// <summary>Its place in the order of starts: a later flight has a higher one.</summary>
    public long Ticket { get; }

    /// <summary>Fires when the last waiter has left before the flight was done; never where the leader cannot leave.</summary>
    public CancellationToken Abandoned => _abandoned?.Token ?? CancellationToken.None;

    public bool IsDone => _isDone;

    /// <summary>The span of the load that brings the result; null for none that anybody traces. Set before the flight is done.</summary>
    public Activity? Load { get; set; }

    /// <summary>Waits for the leader's own work, after which nobody needs to wake it. Never fails: how it ended, <see cref="WaitAsync"/> says.</summary>
    /// <param name="work">The work; null for who joined.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static ConfiguredTaskAwaitable WorkAsync(Task? work, CancellationToken cancellationToken)
    {
        // From inside a run a flight is waited for alone: the graph does not know what else the work waits for.
        var waited = work is null || Run.Current is not null ? Task.CompletedTask : work.WaitAsync(cancellationToken);
        return waited.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits for the result, for a place taken by joining or leading. Each place is waited for once.</summary>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="OperationCanceledException">The caller's own token fired; the others go on waiting.</exception>
    /// <exception cref="LoadCycleException">The flight waits for the caller's own run.</exception>
    public ValueTask<TResult> WaitAsync(CancellationToken cancellationToken) =>
        // Nobody asks how many wait for what is done.
        _isDone ? new(Result()) : WaitForAsync(cancellationToken);

    private async ValueTask<TResult> WaitForAsync(CancellationToken cancellationToken)
    {
        // What is done is not waited for, even if the run that did it has more to do.
        var waiter = IsDone ? null : Run.Current;
        try
        {
            waiter?.WaitFor(Run);
        }
        catch (LoadCycleException)
        {
            Leave();
            throw;
        }

        try
        {
            return Waking() is { } waking ? await waking.WaitAsync(cancellationToken).ConfigureAwait(false) : Result();
        }
        finally
        {
            waiter?.StopWaiting(Run);
            Leave();
        }
    }

    /// <summary>Hands the result to all who wait. The flight stays joinable until its end.</summary>
    public void Complete(TResult result)
    {
        Run.End();
        Finish(result, null)?.TrySetResult(result);
    }

    /// <summary><see cref="Complete"/> and <see cref="End"/> in one.</summary>
    public void CompleteAndEnd(TResult result)
    {
        Run.End();
        TaskCompletionSource<TResult>? waking;
        lock (_slot)
        {
            waking = Finish(result, null);
            Clear();
            _table.Release(_slot, Key);
        }

        waking?.TrySetResult(result);
    }

    /// <summary>Hands the exception to all who wait. Nobody joins from now on: the next caller starts anew.</summary>
    public void Fail(Exception exception)
    {
        lock (_slot)
        {
            Clear();
        }

        Run.End();
        if (Finish(default, ExceptionDispatchInfo.Capture(exception)) is { } waking)
        {
            waking.TrySetException(exception);
            // Everybody may have left; then nobody else looks at it.
            _ = waking.Task.Exception;
        }
    }

    /// <summary>Runs the action if no later flight has committed and no new generation has begun. Others of the key wait for it.</summary>
    /// <param name="overrides">Whether what was there before is wrong from now on.</param>
    /// <param name="action">Short and without waiting: it runs under the slot's lock.</param>
    public bool TryCommit(bool overrides, Action action)
    {
        lock (_slot)
        {
            if (Ticket <= _slot.Floor)
            {
                return false;
            }

            _slot.Floor = Ticket;
            _slot.Committed = _table.NextTicket();
            // Whoever asks from now on must not get an older answer than this one, nor what another one read before it.
            _slot.RemoveOthers(this, evenLater: overrides);
            action();
            return true;
        }
    }

    /// <summary>Runs the action if nothing was committed and no new generation has begun since the flight started.</summary>
    /// <remarks>For what was only copied from one place to another: it is as old as its source, so it must give way, and rules out nothing.</remarks>
    /// <param name="action">Short and without waiting: it runs under the slot's lock.</param>
    public bool TryCommitCopy(Action action)
    {
        lock (_slot)
        {
            if (Ticket <= _slot.Committed)
            {
                return false;
            }

            action();
            return true;
        }
    }

    /// <summary>The flight that stands in for this one's work, joined; null when there is none.</summary>
    /// <param name="isGood">Whether the result of one that is done still is.</param>
    public Flight<TResult>? JoinStandIn(Func<TResult, bool> isGood)
    {
        lock (_slot)
        {
            return _slot.StandIn is { } other && other != this && other.Form.Kind == Form.Kind && other.Ticket >= _slot.Floor
                && (!other._isDone || other._failure is not null || isGood(other._result!)) // Set where there is no failure.
                && other.TryJoin() ? other : null;
        }
    }

    /// <summary>Lets nobody join from now on.</summary>
    public void Detach()
    {
        lock (_slot)
        {
            Clear();
        }
    }

    /// <summary>Ends the flight: it leaves the table. In a finally, once.</summary>
    public void End()
    {
        lock (_slot)
        {
            Clear();
            _table.Release(_slot, Key);
        }
    }

    // The first end counts.
    private TaskCompletionSource<TResult>? Finish(TResult? result, ExceptionDispatchInfo? failure)
    {
        lock (_slot)
        {
            if (_isDone)
            {
                return null;
            }

            _result = result;
            _failure = failure;
            _isDone = true;
            return _waking;
        }
    }

    private TResult Result()
    {
        _failure?.Throw();
        return _result!; // Set where there is no failure; null only where that is the result.
    }

    // Null when it is done. Most flights have one waiter, the leader, and never need it.
    private Task<TResult>? Waking()
    {
        lock (_slot)
        {
            return _isDone ? null : (_waking ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The next one that is joined, in the slot's list.</summary>
    internal Flight<TResult>? Next { get; set; }

    // Under the slot's lock.
    internal bool TryJoin()
    {
        if (_waiters == 0 && !IsDone)
        {
            return false;
        }

        _waiters++;
        return true;
    }

    private void Clear()
    {
        _slot.Remove(this);
        if (_slot.StandIn == this)
        {
            _slot.StandIn = null;
        }
    }

    private void Leave()
    {
        lock (_slot)
        {
            if (--_waiters > 0 || IsDone)
            {
                return;
            }

            Clear();
        }

        // On the pool: what was registered with the token must not run in the caller that leaves, nor throw at it.
        _ = _abandoned?.CancelAsync().ContinueWith(static cancelled => cancelled.Exception, TaskScheduler.Default);
    }
}
