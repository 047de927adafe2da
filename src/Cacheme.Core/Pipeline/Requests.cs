using Cacheme.Concurrency;

namespace Cacheme.Pipeline;

/// <summary>Gets that missed the local tiers: they join or lead a flight for their key, wait for it, and are counted when they complete.</summary>
internal sealed class Requests<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Gets a value with a load that always has one.</summary>
    public async ValueTask<TValue> GetAsync(TNode node, NodeLoad<TNode, TValue> load, CancellationToken cancellationToken)
    {
        // "None" can only come from a flight that somebody else's lookup led: then this one asks again, with its own load.
        while (true)
        {
            var lookup = await LookupAsync(node, load, takesNone: false, cancellationToken).ConfigureAwait(false);
            if (lookup.Found)
            {
                return lookup.Value;
            }
        }
    }

    /// <summary>Gets a value with a load that may find that there is none to share.</summary>
    /// <param name="node">The node.</param>
    /// <param name="load">The load.</param>
    /// <param name="takesNone">Whether "none" is an answer; a request that asks again is counted then.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public ValueTask<CacheLookup<TValue>> LookupAsync(
        TNode node, NodeLoad<TNode, TValue> load, bool takesNone, CancellationToken cancellationToken)
    {
        var key = context.KeyOf(node);
        if (cancellationToken.IsCancellationRequested)
        {
            context.Counters.Cancel();
            return ValueTask.FromCanceled<CacheLookup<TValue>>(cancellationToken);
        }

        var (flight, joined) = JoinOrLead([(node, key)], load, asBatch: false)[0];
        return WaitAsync(flight, joined, takesNone, cancellationToken);
    }

    /// <summary>Looks in the tiers, by a flight that nobody joins.</summary>
    public async ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken)
    {
        var flight = context.Flights.Lead(context.KeyOf(node));
        context.Start(ReadMode.TryGet, context.OwnLoad, [new(node, flight)]);
        var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
        return result.Lookup.Found ? new(true, context.Copies.Of(result)) : CacheLookup<TValue>.None;
    }

    /// <summary>Joins or leads a flight for each key, and sets those that are led on the read path together.</summary>
    /// <exception cref="LoadCycleException">The caller is the load of one of the keys.</exception>
    public IReadOnlyList<(Flight<FlightResult<TValue>> Flight, bool Joined)> JoinOrLead(
        IReadOnlyList<(TNode Node, string Key)> nodes, NodeLoad<TNode, TValue> load, bool asBatch)
    {
        RefuseOwn(nodes);
        var flights = new List<(Flight<FlightResult<TValue>>, bool)>(nodes.Count);
        var led = new List<ReadItem<TNode, TValue>>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            var (node, key) = nodes[i];
            var flight = context.Flights.JoinOrLead(key, out var leads);
            flights.Add((flight, !leads));
            if (leads)
            {
                led.Add(new(node, flight));
            }
        }

        if (led.Count > 0)
        {
            context.Start(ReadMode.Get, load, led, asBatch);
        }

        return flights;
    }

    /// <summary>Waits for a flight as one request, and counts it.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="joined">Whether another caller leads it.</param>
    /// <param name="takesNone">Whether "none" is an answer to this request.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<CacheLookup<TValue>> WaitAsync(
        Flight<FlightResult<TValue>> flight, bool joined, bool takesNone, CancellationToken cancellationToken)
    {
        try
        {
            var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
            var lookup = result.Lookup.Found ? new(true, context.Copies.Of(result)) : CacheLookup<TValue>.None;
            if (lookup.Found || takesNone)
            {
                Count(result.Tier, joined || result.StoodIn);
            }

            return lookup;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Counters.Cancel();
            throw;
        }
        catch
        {
            Count(-1, joined);
            throw;
        }
    }

    private void RefuseOwn(IReadOnlyList<(TNode Node, string Key)> nodes)
    {
        try
        {
            // All of them before any is led; outside of any load there is nothing to refuse.
            for (var i = 0; Run.Current is not null && i < nodes.Count; i++)
            {
                context.Flights.RefuseOwn(nodes[i].Key);
            }
        }
        catch (LoadCycleException)
        {
            // Requests like any other that gets an exception: misses.
            foreach (var _ in nodes)
            {
                context.Counters.Miss();
            }

            throw;
        }
    }

    private void Count(int tier, bool collapsed)
    {
        if (tier >= 0)
        {
            context.Counters.Hit(tier);
        }
        else
        {
            context.Counters.Miss();
        }

        if (collapsed)
        {
            context.Counters.Collapse();
        }
    }
}
