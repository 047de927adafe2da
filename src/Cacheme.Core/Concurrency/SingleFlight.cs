using System.Collections.Concurrent;

namespace Cacheme.Concurrency;

/// <summary>One piece of work for a key at a time, however many ask for it; and an order among those that cannot be shared.</summary>
/// <remarks>
/// Thread-safe. A key costs memory only while something runs for it. Tickets grow with every start, so that "started later"
/// can be told apart even when a flight ends first.
/// </remarks>
internal sealed class SingleFlight<TResult>(string label)
{
    private readonly ConcurrentDictionary<string, FlightSlot<TResult>> _slots = new(StringComparer.Ordinal);
    private long _lastTicket;

    /// <summary>The number of keys something runs for.</summary>
    public int Count => _slots.Count;

    /// <summary>The keys something runs for, as they are now.</summary>
    public IEnumerable<string> Keys => _slots.Keys;

    /// <summary>Refuses a key whose flight the caller's own work belongs to.</summary>
    /// <exception cref="LoadCycleException">It would start itself over and over.</exception>
    public void RefuseOwn(string key) => Run.Current?.RefuseOwn(this, key, label);

    /// <summary>Joins the key's current flight of the variant, or leads a new one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="mayLeave">Whether the caller may stop waiting before the flight is done.</param>
    /// <param name="leads">Whether the caller leads, and so must run the work and end the flight.</param>
    /// <param name="form">What the caller asks for.</param>
    /// <exception cref="InvalidOperationException">A flight of another kind is under way.</exception>
    public Flight<TResult> JoinOrLead(string key, bool mayLeave, out bool leads, FlightForm form = default)
    {
        var slot = Enter(key);
        try
        {
            var current = slot.Current(form.Variant);
            if (current is not null && current.Form.Kind != form.Kind)
            {
                // What another kind has brought is of no use; the next one takes its place.
                current = current.IsDone ? null : throw OtherKind(current.Form, form);
            }

            current = form.IsFresh && current?.IsDone == true ? null : current;
            leads = current?.TryJoin() != true;
            if (!leads)
            {
                return current!; // Not null: it was joined.
            }

            var flight = Start(slot, key, form, mayLeave);
            slot.Add(flight);
            return flight;
        }
        finally
        {
            Monitor.Exit(slot);
        }
    }

    /// <summary>Leads a flight that nobody joins.</summary>
    /// <param name="key">The key.</param>
    /// <param name="mayLeave">Whether the caller may stop waiting before the flight is done.</param>
    /// <param name="form">What the caller asks for.</param>
    public Flight<TResult> Lead(string key, bool mayLeave, FlightForm form = default)
    {
        var slot = Enter(key);
        try
        {
            return Start(slot, key, form, mayLeave);
        }
        finally
        {
            Monitor.Exit(slot);
        }
    }

    /// <summary>Leads a flight that nobody joins at once, but that flights of the key may use in place of work of their own.</summary>
    /// <param name="key">The key.</param>
    /// <param name="mayLeave">Whether the caller may stop waiting before the flight is done.</param>
    /// <param name="supersede">Whether it begins a new generation: what runs now is not joined and does not commit.</param>
    /// <param name="form">What it brings.</param>
    public Flight<TResult> LeadStandIn(string key, bool mayLeave, bool supersede, FlightForm form = default)
    {
        var slot = Enter(key);
        try
        {
            if (supersede)
            {
                Supersede(slot);
            }

            return slot.StandIn = Start(slot, key, form, mayLeave);
        }
        finally
        {
            Monitor.Exit(slot);
        }
    }

    /// <summary>Begins a new generation: nobody joins what runs now, and nothing that runs now commits.</summary>
    /// <param name="key">The key.</param>
    /// <param name="action">Done in the same moment, before anything new starts. Short and without waiting: it runs under the slot's lock.</param>
    public void Supersede(string key, Action action)
    {
        var slot = Enter(key);
        try
        {
            Supersede(slot);
            action();
        }
        finally
        {
            RemoveIfUnused(slot, key);
            Monitor.Exit(slot);
        }
    }

    /// <summary>Runs the action while nothing of the key commits and no new generation begins.</summary>
    /// <param name="key">The key.</param>
    /// <param name="action">Short and without waiting: it runs under the slot's lock.</param>
    public void Exclusively(string key, Action action)
    {
        var slot = Enter(key);
        try
        {
            action();
        }
        finally
        {
            RemoveIfUnused(slot, key);
            Monitor.Exit(slot);
        }
    }

    private InvalidOperationException OtherKind(FlightForm running, FlightForm asked) => new(
        $"A key of '{label}' is loaded as {running.Kind} and was asked for as {asked.Kind} meanwhile: give each type keys of its own.");

    internal long NextTicket() => Interlocked.Increment(ref _lastTicket);

    // The four below: under the slot's lock.
    internal void Release(FlightSlot<TResult> slot, string key)
    {
        slot.Users--;
        RemoveIfUnused(slot, key);
    }

    private void RemoveIfUnused(FlightSlot<TResult> slot, string key)
    {
        if (slot.Users == 0)
        {
            slot.IsGone = true;
            _slots.TryRemove(new KeyValuePair<string, FlightSlot<TResult>>(key, slot));
        }
    }

    private void Supersede(FlightSlot<TResult> slot)
    {
        slot.Clear();
        slot.Floor = slot.Committed = NextTicket();
    }

    private Flight<TResult> Start(FlightSlot<TResult> slot, string key, FlightForm form, bool mayLeave)
    {
        slot.Users++;
        // A leader inside a run leaves when its wait would close a circle.
        return new Flight<TResult>(this, slot, key, form, new Run(label, this, key), NextTicket(), mayLeave || Run.Current is not null);
    }

    // Returns the slot with its lock held.
    private FlightSlot<TResult> Enter(string key)
    {
        while (true)
        {
            var slot = _slots.GetOrAdd(key, static _ => new FlightSlot<TResult>());
            Monitor.Enter(slot);
            if (!slot.IsGone)
            {
                return slot;
            }

            Monitor.Exit(slot);
        }
    }
}
