namespace Cacheme.Concurrency;

/// <summary>What is under way for one key. Its lock guards all of it, and its flights.</summary>
internal sealed class FlightSlot<TResult>
{
    // The flights that newcomers join, at most one of a variant; linked, since mostly there is one.
    private Flight<TResult>? _first;

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

    /// <summary>The flight that newcomers of a variant join.</summary>
    public Flight<TResult>? Current(int variant)
    {
        var flight = _first;
        while (flight is not null && flight.Form.Variant != variant)
        {
            flight = flight.Next;
        }

        return flight;
    }

    /// <summary>Lets newcomers of its variant join the flight, in place of another.</summary>
    public void Add(Flight<TResult> flight)
    {
        if (Current(flight.Form.Variant) is { } former)
        {
            Remove(former);
        }

        flight.Next = _first;
        _first = flight;
    }

    /// <summary>Lets nobody join the flight from now on.</summary>
    public void Remove(Flight<TResult> flight)
    {
        if (_first == flight)
        {
            _first = flight.Next;
            return;
        }

        for (var before = _first; before is not null; before = before.Next)
        {
            if (before.Next == flight)
            {
                before.Next = flight.Next;
                return;
            }
        }
    }

    /// <summary>Lets nobody join any flight from now on.</summary>
    public void Clear()
    {
        _first = null;
        StandIn = null;
    }

    /// <summary>Lets nobody join a flight other than this one that started earlier, or any other.</summary>
    public void RemoveOthers(Flight<TResult> than, bool evenLater)
    {
        for (var flight = _first; flight is not null; flight = flight.Next)
        {
            if (flight != than && (evenLater || flight.Ticket < than.Ticket))
            {
                Remove(flight);
            }
        }
    }
}
