namespace Cacheme.Concurrency;

/// <summary>What is under way for one key. Its lock guards all of it, and its flights.</summary>
internal sealed class FlightSlot<TResult>
{
    /// <summary>The flight that newcomers join.</summary>
    public Flight<TResult>? Current { get; set; }

    /// <summary>A flight that nobody joins at first, but that stands in for work of the same generation.</summary>
    public Flight<TResult>? StandIn { get; set; }

    /// <summary>The highest ticket that was committed or ruled out.</summary>
    public long Floor { get; set; }

    /// <summary>The ticket that was next when the last flight committed or the last generation began: who read before that may have read what was there before.</summary>
    public long Committed { get; set; }

    /// <summary>How many flights need the slot. At zero it leaves the table.</summary>
    public int Users { get; set; }

    /// <summary>Whether it has left the table; who still holds it looks again.</summary>
    public bool IsGone { get; set; }
}
