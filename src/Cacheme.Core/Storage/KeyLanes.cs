using System.Collections.Concurrent;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Storage;

/// <summary>Keeps the writes and removals of each key in order, and knows the keys whose stored value must not be read.</summary>
/// <remarks>
/// A key has a lane while something is under way for it, or while a removal of it has failed and is to be tried again. A lane
/// runs one operation and keeps one more, the latest. Thread-safe.
/// </remarks>
internal sealed class KeyLanes : IAsyncDisposable
{
    // One operation has one timeout, so it must not grow with the batch.
    private const int LargestGroup = 1000;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly string _storage;
    private readonly StorageGuard _guard;
    private readonly CacheClock _clock;
    private readonly ILogger _logger;
    private readonly int _maxPending;
    private readonly ITimer _retry;
    private int _pending;
    private int _retryArmed;
    private long _distrustEnds;

    public KeyLanes(string storage, StorageGuard guard, int maxPending, CacheClock clock, ILogger logger)
    {
        _storage = storage;
        _guard = guard;
        _maxPending = maxPending;
        _clock = clock;
        _logger = logger;
        _retry = clock.Time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The keys whose removal failed and is tried again.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Whether nothing is asked of the storage now.</summary>
    public bool IsCutOff => _guard.IsCutOff;

    /// <summary>Whether the storage may hold something under the key that must not be read.</summary>
    public bool IsDoubtful(string key)
    {
        var now = _clock.Now;
        if (_lanes.TryGetValue(key, out var lane))
        {
            lock (lane)
            {
                if (lane.IsDoubtful(now))
                {
                    return true;
                }
            }
        }

        // After the lane: a doubt that there is no room for leaves the lane once it is noted here.
        return now < Volatile.Read(ref _distrustEnds);
    }

    /// <summary>Whether something is under way for the key, or is to be tried again.</summary>
    public bool Has(string key) => _lanes.ContainsKey(key);

    /// <summary>Gives an operation its place in the order of its key, and says whether it is its turn at once. Nothing is sent before <see cref="Run"/>.</summary>
    public bool Enqueue(LaneOperation operation)
    {
        var lane = Enter(operation.Key);
        try
        {
            return lane.Enqueue(operation, _clock);
        }
        finally
        {
            Monitor.Exit(lane);
        }
    }

    /// <summary>Sends what is ready, as one write and one removal or one for each thousand keys, and goes on with the lanes that wait behind.</summary>
    public void Run(List<LaneOperation> ready)
    {
        Send(ready.FindAll(static operation => operation.Write is not null), StoreOperation.Set, static (storage, group) =>
            storage.SetAsync(Array.ConvertAll(group, static operation => operation.Write!.Value), CancellationToken.None)); // Not null: they are writes.
        Send(ready.FindAll(static operation => operation.Write is null), StoreOperation.Remove, static (storage, group) =>
            storage.RemoveAsync(Array.ConvertAll(group, static operation => operation.Key), CancellationToken.None));
    }

    /// <summary>Stops trying again, and waits for what is under way, at most for the storage's timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        await _retry.DisposeAsync().ConfigureAwait(false);
        var running = new List<Task>();
        foreach (var lane in _lanes.Values)
        {
            lock (lane)
            {
                running.Add(lane.Next?.Done ?? lane.Running?.Done ?? Task.CompletedTask);
            }
        }

        try
        {
            await Task.WhenAll(running).WaitAsync(_guard.Timeout, _clock.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The host stops; what a hanging storage still does is its own.
        }
    }

    private void Send(List<LaneOperation> operations, StoreOperation kind, Func<IStorage, LaneOperation[], ValueTask> action)
    {
        for (var sent = 0; sent < operations.Count; sent += LargestGroup)
        {
            _ = RunAsync([.. operations.GetRange(sent, Math.Min(LargestGroup, operations.Count - sent))], kind, action);
        }
    }

    // Owned by the lanes of its group: they wait for it, and the guard lets no exception out. The storage is given no token:
    // one that left its own write alone could not tell when it has ended.
    private async Task RunAsync(LaneOperation[] group, StoreOperation kind, Func<IStorage, LaneOperation[], ValueTask> action)
    {
        var result = await _guard.RunAsync(
            kind,
            (group, action),
            static async (storage, state, _) =>
            {
                await state.action(storage, state.group).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None,
            inParts: group.Length > 1).ConfigureAwait(false);
        if (group.Length > 1 && result.IsRefused)
        {
            // It may be one of them that the storage refuses, and the others must not fail with it, again and again.
            _ = RunAsync(group[..(group.Length / 2)], kind, action);
            _ = RunAsync(group[(group.Length / 2)..], kind, action);
            return;
        }

        foreach (var operation in group)
        {
            operation.Complete(result.Error);
        }

        // Only now may the next operation of these keys be sent: what was given up may still change the storage. That it was
        // done in the end counts for nothing: a server that hung may have been replaced meanwhile, and what it did is lost.
        await (result.Late ?? Task.CompletedTask).ConfigureAwait(false);
        var next = default(List<LaneOperation>);
        foreach (var operation in group)
        {
            if (End(operation, result.Error is null) is { } waiting)
            {
                (next ??= []).Add(waiting);
            }
        }

        Run(next ?? []);
    }

    private LaneOperation? End(LaneOperation operation, bool succeeded)
    {
        var lane = Enter(operation.Key);
        try
        {
            if (lane.EndRunning(succeeded) is { } next)
            {
                return next;
            }

            if (!lane.IsDoubtful(_clock.Now))
            {
                Leave(operation.Key, lane);
            }
            else
            {
                TryAgainLater(operation.Key, lane);
            }

            return null;
        }
        finally
        {
            Monitor.Exit(lane);
        }
    }

    private void TryAgainLater(string key, Lane lane)
    {
        if (!lane.IsPending && Volatile.Read(ref _pending) >= _maxPending)
        {
            // Too many to remember: from here on no key of the storage can be trusted until this one has expired.
            if (InterlockedMax(ref _distrustEnds, lane.DoubtEnds))
            {
                Log.TooManyPendingRemovals(_logger, _storage, _maxPending);
            }

            Leave(key, lane);
            return;
        }

        if (!lane.IsPending)
        {
            lane.IsPending = true;
            Interlocked.Increment(ref _pending);
        }

        ArmRetry();
    }

    private void Retry()
    {
        Volatile.Write(ref _retryArmed, 0);
        var ready = new List<LaneOperation>();
        var left = false;
        foreach (var (key, lane) in _lanes)
        {
            lock (lane)
            {
                if (!lane.IsPending || !lane.IsIdle)
                {
                    continue;
                }

                if (!lane.IsDoubtful(_clock.Now))
                {
                    Leave(key, lane);
                }
                else if (ready.Count < LargestGroup)
                {
                    var removal = new LaneOperation(key, null, overrides: false, null);
                    lane.Enqueue(removal, _clock);
                    ready.Add(removal);
                }
                else
                {
                    left = true;
                }
            }
        }

        Run(ready);
        if (left)
        {
            ArmRetry();
        }
    }

    private void ArmRetry()
    {
        if (Interlocked.Exchange(ref _retryArmed, 1) == 0)
        {
            _retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        }
    }

    // Under the lane's lock.
    private void Leave(string key, Lane lane)
    {
        if (lane.IsPending)
        {
            lane.IsPending = false;
            Interlocked.Decrement(ref _pending);
        }

        lane.IsGone = true;
        _lanes.TryRemove(new KeyValuePair<string, Lane>(key, lane));
    }

    // Returns the lane with its lock held.
    private Lane Enter(string key)
    {
        while (true)
        {
            var lane = _lanes.GetOrAdd(key, static _ => new Lane());
            Monitor.Enter(lane);
            if (!lane.IsGone)
            {
                return lane;
            }

            Monitor.Exit(lane);
        }
    }

    private static bool InterlockedMax(ref long target, long value)
    {
        var before = Volatile.Read(ref target);
        while (before < value)
        {
            var seen = Interlocked.CompareExchange(ref target, value, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }
}
