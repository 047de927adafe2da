namespace Cacheme.Storage;

/// <summary>The writes and removals of one key in one storage. Guarded by its own lock.</summary>
internal sealed class Lane
{
    private long _sequence;
    private long _doubtSince;
    private long _doubtEnds;

    /// <summary>The operation the storage is at; it may not have been sent yet.</summary>
    public LaneOperation? Running { get; private set; }

    /// <summary>The latest of those that wait.</summary>
    public LaneOperation? Next { get; private set; }

    /// <summary>Whether it has left the table; who still holds it looks again.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether a removal has failed and is to be tried again.</summary>
    public bool IsPending { get; set; }

    public bool IsIdle => Running is null;

    /// <summary>When the doubt ends by itself, since the entry has expired.</summary>
    public long DoubtEnds => _doubtEnds;

    /// <summary>Whether the storage may hold something under the key that must not be read.</summary>
    public bool IsDoubtful(long now) => _doubtSince != 0 && now < _doubtEnds;

    /// <summary>Adds an operation. Returns whether it is its turn at once.</summary>
    public bool Enqueue(LaneOperation operation, CacheClock clock)
    {
        operation.Sequence = ++_sequence;
        if (operation.Overrides)
        {
            _doubtSince = operation.Sequence;
            _doubtEnds = Math.Max(_doubtEnds, clock.After(operation.Lifetime));
        }

        if (Running is null)
        {
            Running = operation;
            return true;
        }

        if (Next is not null)
        {
            operation.Overtake(Next);
        }

        Next = operation;
        return false;
    }

    /// <summary>Ends the running operation and returns the next one, which is then running.</summary>
    public LaneOperation? EndRunning(bool succeeded)
    {
        if (succeeded && Running!.Sequence >= _doubtSince) // Not null: only the one that runs ends.
        {
            _doubtSince = 0;
        }

        Running = Next;
        Next = null;
        return Running;
    }
}
