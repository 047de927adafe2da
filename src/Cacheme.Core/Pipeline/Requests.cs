using Cacheme.Concurrency;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>Gets that missed the local tiers: they join or lead a flight for their key, wait for it, and are counted when they complete.</summary>
internal sealed class Requests<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Gets a value with a load that always has one.</summary>
    public ValueTask<TValue> GetAsync(TNode node, NodeLoad<TNode, TValue> load, CancellationToken cancellationToken) =>
        AskAsync(node, load, null, null, takesNone: false, static (lookup, _, _) => lookup.Value, cancellationToken);

    /// <summary>The same for a flight that the caller has joined, or leads by its work.</summary>
    public ValueTask<TValue> GetAsync(
        TNode node, NodeLoad<TNode, TValue> load, Flight<FlightResult<TValue>> flight, Task? work, CancellationToken cancellationToken) =>
        AskAsync(node, load, flight, work, takesNone: false, static (lookup, _, _) => lookup.Value, cancellationToken);

    /// <summary>Gets a value, and what is known of it, with a load that may find that there is none to share.</summary>
    public ValueTask<CacheAnswer<TValue>> AnswerAsync(TNode node, NodeLoad<TNode, TValue> load, CancellationToken cancellationToken) =>
        AskAsync(node, load, null, null, takesNone: true, context.Answers.Of, cancellationToken);

    /// <summary>Looks in the tiers, by a flight that nobody joins.</summary>
    public async ValueTask<CacheLookup<TValue>> TryGetAsync(TNode node, CancellationToken cancellationToken) =>
        Taken(node, await LookAsync(node, cancellationToken).ConfigureAwait(false));

    /// <summary>The same for a face whose gets never load: a request, a hit of the tier that has it or a miss.</summary>
    /// <exception cref="CacheReadException">The policy says so, and a storage could not be asked.</exception>
    public async ValueTask<CacheLookup<TValue>> FindAsync(TNode node, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = await LookAsync(node, cancellationToken).ConfigureAwait(false);
            Count(result.Tier, collapsed: false);
            if (!result.Lookup.Found && context.Definition.Policy.ThrowsWhenUnreachable && FailureOf(node, result) is { } failure)
            {
                throw new CacheReadException([failure.Storage], failure.Error);
            }

            return Taken(node, result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Counters.Cancel();
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

    private async ValueTask<FlightResult<TValue>> LookAsync(TNode node, CancellationToken cancellationToken)
    {
        using var span = CachemeActivitySource.StartGet(context.Definition.Name);
        var flight = context.Flights.Lead(context.KeyOf(node), cancellationToken.CanBeCanceled, context.Values.RulesOf(node).Form);
        _ = context.Start(ReadMode.TryGet, context.OwnLoad, [context.ItemOf(node, flight)]);
        try
        {
            var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
            CachemeActivitySource.Answered(span, context.Answers.StorageOf(result.Tier), load: null);
            return result;
        }
        catch (Exception error)
        {
            CachemeActivitySource.Failed(span, error);
            throw;
        }
    }

    private StorageFailure? FailureOf(TNode node, FlightResult<TValue> result)
    {
        var key = context.KeyOf(node);
        return result.Failure
            ?? context.Definition.RemoteTiers.Where(tier => tier.Storage.IsDoubtful(key)).Select(static tier => new StorageFailure(tier.Storage.Name, null)).FirstOrDefault();
    }

    private CacheLookup<TValue> Taken(TNode node, FlightResult<TValue> result) =>
        result.Lookup.Found ? new(true, context.Values.Of(node, result)) : CacheLookup<TValue>.None;

    // One request: it joins or leads a flight, waits for it, and is counted when it has its answer. One method for every form
    // of the answer, since each that awaits another costs an object and a continuation.
    private async ValueTask<TAnswer> AskAsync<TAnswer>(
        TNode node,
        NodeLoad<TNode, TValue> load,
        Flight<FlightResult<TValue>>? flight,
        Task? work,
        bool takesNone,
        Func<CacheLookup<TValue>, FlightResult<TValue>, bool, TAnswer> answer,
        CancellationToken cancellationToken)
    {
        var asked = context.Definition.RemovedTags.Epoch;
        var key = flight is null ? context.KeyOf(node) : "";
        using var span = flight is null ? CachemeActivitySource.StartGet(context.Definition.Name) : null; // A batch has one for all its keys.
        while (true)
        {
            try
            {
                if (flight is null)
                {
                    (flight, work) = JoinOrLead(node, key, load, cancellationToken);
                }

                await Flight<FlightResult<TValue>>.WorkAsync(work, cancellationToken);
                var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (result.Tags is { } tags && !context.Definition.RemovedTags.IsGood(tags, asked))
                {
                    // It began before one of its tags was removed, and this caller asked after that.
                    flight.Detach();
                }
                else if (result.Lookup.Found || takesNone)
                {
                    var lookup = Taken(node, result);
                    var isCollapsed = work is null || result.StoodIn;
                    Count(result.Tier, isCollapsed);
                    CachemeActivitySource.Answered(span, context.Answers.StorageOf(result.Tier), isCollapsed ? flight.Load : null);
                    return answer(lookup, result, isCollapsed);
                }
            }
            catch (OperationCanceledException left) when (cancellationToken.IsCancellationRequested)
            {
                context.Counters.Cancel();
                CachemeActivitySource.Failed(span, left, work is null ? flight?.Load : null);
                throw;
            }
            catch (Exception error)
            {
                Count(-1, flight is not null && work is null);
                CachemeActivitySource.Failed(span, error, work is null ? flight?.Load : null);
                throw;
            }

            // Otherwise "none" comes only from a flight that somebody else's lookup led: then this one asks again, with its own load.
            flight = null;
        }
    }

    private (Flight<FlightResult<TValue>> Flight, Task? Work) JoinOrLead(TNode node, string key, NodeLoad<TNode, TValue> load, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        context.Flights.RefuseOwn(key);
        var flight = context.Flights.JoinOrLead(key, cancellationToken.CanBeCanceled, out var leads, context.Values.RulesOf(node).Form);
        return (flight, leads ? context.Start(ReadMode.Get, load, [context.ItemOf(node, flight)]) : null);
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
