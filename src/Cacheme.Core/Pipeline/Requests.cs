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

        RefuseOwn(key, requests: 1);
        var flight = context.Flights.JoinOrLead(key, cancellationToken.CanBeCanceled, out var leads);
        var work = leads ? context.Start(ReadMode.Get, load, [new(node, flight)]) : null;
        return WaitAsync(flight, work, takesNone, cancellationToken);
    }

    /// <summary>Looks in the tiers, by a flight that nobody joins.</summary>
    public async ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken)
    {
        var flight = context.Flights.Lead(context.KeyOf(node), cancellationToken.CanBeCanceled);
        var work = context.Start(ReadMode.TryGet, context.OwnLoad, [new(node, flight)]);
        var result = await flight.WaitAsync(work, cancellationToken).ConfigureAwait(false);
        return result.Lookup.Found ? new(true, context.Copies.Of(result)) : CacheLookup<TValue>.None;
    }

    /// <summary>Waits for a flight as one request, and counts it.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="work">What the caller leads it by; null when it has joined.</param>
    /// <param name="takesNone">Whether "none" is an answer to this request.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<CacheLookup<TValue>> WaitAsync(
        Flight<FlightResult<TValue>> flight, Task? work, bool takesNone, CancellationToken cancellationToken)
    {
        try
        {
            var result = await flight.WaitAsync(work, cancellationToken).ConfigureAwait(false);
            var lookup = result.Lookup.Found ? new(true, context.Copies.Of(result)) : CacheLookup<TValue>.None;
            if (lookup.Found || takesNone)
            {
                Count(result.Tier, work is null || result.StoodIn);
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
            Count(-1, work is null);
            throw;
        }
    }

    /// <summary>Refuses a key whose flight the caller's own work belongs to; before any is led.</summary>
    /// <param name="key">The key.</param>
    /// <param name="requests">How many requests fail with it: misses, like any other that gets an exception.</param>
    /// <exception cref="LoadCycleException">The caller is the load of the key.</exception>
    public void RefuseOwn(string key, int requests)
    {
        try
        {
            context.Flights.RefuseOwn(key);
        }
        catch (LoadCycleException)
        {
            for (var i = 0; i < requests; i++)
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
