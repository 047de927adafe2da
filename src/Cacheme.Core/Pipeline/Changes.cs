using Cacheme.Invalidation;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>What changes a key's value from outside the read path: set, refresh, invalidate.</summary>
internal sealed class Changes<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Puts a value into every tier; what is under way for the key does not store its own.</summary>
    /// <returns>The storages that it did not reach. What they have is removed in the background, and not read until then.</returns>
    public async ValueTask<IReadOnlyList<(string Storage, Exception Error)>> SetAsync(TNode node, TValue value, CancellationToken cancellationToken)
    {
        if (value is null && !context.Definition.Policy.CachesNull)
        {
            throw new ArgumentNullException(
                nameof(value), $"Node '{context.Definition.Name}' does not cache null: say .CacheNull() in its policy, or invalidate the node.");
        }

        var key = context.KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        var found = new FoundValue<TValue>(value, context.Values.MakeCopy(value), context.Clock.UnixNow, null, -1, context.Invalidations.Known)
        {
            IsGiven = true,
            Tags = context.Tags.Find(node, value),
        };
        var writeBack = context.BeginWriteBack();
        // Serialized before anything changes: what cannot be written is the caller's to know.
        var write = writeBack.Prepare(node, key, found, 0, overrides: true, throws: true);
        var flight = context.Flights.LeadStandIn(key, mayLeave: false, supersede: true, context.Values.RulesOf(node).Form);
        var item = context.ItemOf(node, flight);
        var tags = found.Tags is { } named ? new TagMark(named as string[] ?? [.. named], item.TagEpoch) : null;
        flight.Complete(new FlightResult<TValue>(new(true, value), found.Copy, -1) { Tags = tags });
        var failures = await StoreAsync(item, writeBack, write with { Tags = tags }).WaitAsync(cancellationToken).ConfigureAwait(false);
        context.Counters.Set();
        return failures;
    }

    /// <summary>Loads anew, by a flight that others join only in place of a load of their own.</summary>
    public async ValueTask<TValue> RefreshAsync(TNode node, CancellationToken cancellationToken)
    {
        var key = context.KeyOf(node);
        cancellationToken.ThrowIfCancellationRequested();
        context.Flights.RefuseOwn(key);
        var flight = context.Flights.LeadStandIn(key, cancellationToken.CanBeCanceled, supersede: false, context.Values.RulesOf(node).Form);
        _ = context.Start(ReadMode.Refresh, context.OwnLoad, [context.ItemOf(node, flight)]);
        var result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
        context.Counters.Refresh();
        return context.Values.Of(node, result);
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
                context.Local.Remove(key, EvictionReason.Invalidated);
            });
        }

        context.Counters.Invalidate(distinct.Count);
        var failures = await SendAsync(writeBack, distinct.ConvertAll(static pair => pair.Key), began).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new InvalidationException([.. failures.Select(failure => failure.Storage)], failures[0].Error);
        }
    }

    private async Task<IReadOnlyList<(string Storage, Exception Error)>> StoreAsync(ReadItem<TNode, TValue> item, WriteBack<TNode, TValue> writeBack, PreparedWrite<TValue> write)
    {
        var isShared = item.Rules.WritesRemote;
        // What was invalidated elsewhere before this set began, and was not heard of yet, must not be taken for newer.
        var known = isShared ? await context.Invalidations.AskKnownAsync().ConfigureAwait(false) : 0;
        if (known > write.Found.Known)
        {
            write = writeBack.Prepare(item.Node, item.Key, write.Found with { Known = known }, 0, overrides: true, throws: false) with { Tags = write.Tags };
        }

        writeBack.Commit(item, write, overrides: true);
        var began = context.Clock.Now;
        var sent = writeBack.SendAsync();
        var told = isShared ? context.Invalidations.TellReplacedAsync([item.Key], new KnownLimit(0, Math.Max(1, known)), began, sent) : Task.CompletedTask;
        var failures = await sent.ConfigureAwait(false);
        item.Flight.End();
        await told.ConfigureAwait(false);
        return failures;
    }

    private async Task<IReadOnlyList<(string Storage, Exception Error)>> SendAsync(WriteBack<TNode, TValue> writeBack, List<string> keys, long began) =>
        await context.Invalidations.TellInvalidatedAsync(keys, began, await writeBack.SendAsync().ConfigureAwait(false)).ConfigureAwait(false);
}
