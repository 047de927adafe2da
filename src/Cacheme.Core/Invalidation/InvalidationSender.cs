using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Invalidation;

/// <summary>Appends to a storage's log what this process has invalidated, and keeps what could not be appended.</summary>
/// <remarks>Thread-safe. Bounded: beyond <see cref="InvalidationGroups.MostNames"/> keys of a node that wait, "all of the node" waits.</remarks>
/// <param name="storage">The storage.</param>
/// <param name="log">Its log.</param>
/// <param name="origin">This process.</param>
/// <param name="clock">The time.</param>
internal sealed class InvalidationSender(RemoteStorage storage, IInvalidationLog log, long origin, CacheClock clock)
{
    private readonly InvalidationGroups _untold = new(tooManyKeys: InvalidationScope.Node);
    private InvalidationOutbox? _outbox;
    private long _number;
    private long _appended;
    private int _losses;

    /// <summary>The highest number that was appended here.</summary>
    public long Appended => Volatile.Read(ref _appended);

    /// <summary>Whether nothing waits, nor is on its way.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (_untold)
            {
                return _untold.IsEmpty && Outbox.IsEmpty;
            }
        }
    }

    private InvalidationOutbox Outbox => LazyInitializer.EnsureInitialized(ref _outbox, () => new InvalidationOutbox(AppendAsync));

    /// <summary>Sends a group. Returns the number of a record when those that have it are in the log, or the error. Never fails.</summary>
    public Task<Guarded<long>> SendAsync(InvalidationGroup group) => Outbox.SendAsync(group);

    /// <summary>Keeps what was not told, or not removed before it was told: both are done again, later.</summary>
    public void Keep(InvalidationGroup group)
    {
        lock (_untold)
        {
            // Whatever it was to say, by now it is to say that the entries from before are wrong.
            _untold.Add(group with { Cause = 0, Limit = default });
        }
    }

    /// <summary>Takes what was kept.</summary>
    public IReadOnlyList<InvalidationGroup> TakeKept()
    {
        lock (_untold)
        {
            return _untold.Take();
        }
    }

    /// <summary>Forgets what was appended: a log that has lost records may be behind it.</summary>
    public void ForgetAppended()
    {
        lock (_untold)
        {
            _losses++;
            Volatile.Write(ref _appended, 0);
        }
    }

    // Not what was answered by a log that has lost records since.
    private void Know(long number, int losses)
    {
        lock (_untold)
        {
            if (losses == _losses)
            {
                Volatile.Write(ref _appended, Math.Max(number, _appended));
            }
        }
    }

    private async Task<Guarded<long>> AppendAsync(IReadOnlyList<InvalidationGroup> groups)
    {
        var last = default(Guarded<long>);
        foreach (var piece in InvalidationRecordFormat.Split(groups))
        {
            var record = InvalidationRecordFormat.Write(new InvalidationRecord(origin, Interlocked.Increment(ref _number), clock.UnixNow, piece));
            var losses = Volatile.Read(ref _losses);
            last = await storage.AskAsync(
                StoreOperation.LogAppend, (log, record), static (ask, token) => ask.log.AppendAsync(ask.record, token), CancellationToken.None).ConfigureAwait(false);
            if (last.Error is not null)
            {
                return last;
            }

            Know(last.Value, losses);
        }

        return last;
    }
}
