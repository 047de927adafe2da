using Cacheme.Concurrency;
using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>What changes a key's value from outside the read path: set, refresh, invalidate.</summary>
internal sealed class Changes<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Puts a value into every tier; what is under way for the key does not store its own.</summary>
    public async ValueTask SetAsync(TNode node, TValue value, CancellationToken cancellationToken)
    {
        if (value is null && !context.Definition.Policy.CachesNull)
        {
            throw new ArgumentNullException(
                nameof(value), $"Node '{context.Definition.Name}' does not cache null: say .CacheNull() in its policy, or invalidate the node.");
        }

        var key = context.KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        var known = context.Invalidations.Known;
        var found = new FoundValue<TValue>(value, context.Copies.Make(value), context.Clock.UnixNow, null, -1, known, IsGiven: true) { Tags = context.Tags.Find(node, value) };
        var writeBack = context.BeginWriteBack();
        // Serialized before anything changes: what cannot be written is the caller's to know.
        var write = writeBack.Prepare(key, found, 0, overrides: true, throws: true);
        var flight = context.Flights.LeadStandIn(key, mayLeave: false, supersede: true);
        var item = context.ItemOf(node, flight);
        var tags = found.Tags is { } named ? new TagMark([.. named], item.TagEpoch) : null;
        writeBack.Commit(item, write with { Tags = tags }, overrides: true);
        flight.Complete(new FlightResult<TValue>(new(true, value), found.Copy, -1) { Tags = tags });
        await EndAsync(writeBack, flight, known).WaitAsync(cancellationToken).ConfigureAwait(false);
        context.Counters.Set();
    }

    /// <summary>Loads anew, by a flight that others join only in place of a load of their own.</summary>
    public async ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken)
    {
        var key = context.KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        context.Flights.RefuseOwn(key);
        var flight = context.Flights.LeadStandIn(key, cancellationToken.CanBeCanceled, supersede: false);
        _ = context.Start(ReadMode.Refresh, context.OwnLoad, [context.ItemOf(node, flight)]);
        var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
        context.Counters.Refresh();
        return context.Copies.Of(result);
    }

    /// <summary>Removes the keys from every tier; what is under way for them does not store its own.</summary>
    /// <exception cref="InvalidationException">A storage was not reached.</exception>
    public async ValueTask InvalidateAsync(IEnumerable<TNode> nodes, CancellationToken cancellationToken)
    {
        var distinct = nodes.Select(node => (Node: node, Key: context.KeyOf(node))).DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var began = context.Clock.Now;
        var writeBack = context.BeginWriteBack();
        foreach (var (node, key) in distinct)
        {
            context.Flights.Supersede(key, () =>
            {
                context.Invalidations.Begin(key);
                writeBack.AddRemoval(key);
                context.Local.Remove(node, key, EvictionReason.Invalidated);
            });
        }

        context.Counters.Invalidate(distinct.Count);
        var failures = await SendAsync(writeBack, distinct.ConvertAll(static pair => pair.Key), began).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(failure => failure.Storage)], failures[0].Error);
        }
    }

    private async Task EndAsync(WriteBack<TNode, TValue> writeBack, Flight<FlightResult<TValue>> flight, long known)
    {
        var began = context.Clock.Now;
        var failures = await writeBack.SendAsync().ConfigureAwait(false);
        flight.End();
        await context.Invalidations.TellReplacedAsync([flight.Key], known, began, failures).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<(string Storage, Exception Error)>> SendAsync(WriteBack<TNode, TValue> writeBack, List<string> keys, long began) =>
        await context.Invalidations.TellInvalidatedAsync(keys, began, await writeBack.SendAsync().ConfigureAwait(false)).ConfigureAwait(false);
}
