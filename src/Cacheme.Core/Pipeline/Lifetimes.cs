using Cacheme.Storage;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>Prolongs the lives of entries in remote tiers, for values that live on when they are used.</summary>
/// <remarks>
/// A storage that prolongs lengthens only, so nothing needs an order among the key's writes. Elsewhere the entry is read and
/// written again, as a copy: it gives way to whatever else this process stores or removes meanwhile.
/// </remarks>
internal sealed class Lifetimes<TNode, TValue>(NodeContext<TNode, TValue> context)
    where TNode : notnull
{
    /// <summary>Prolongs the life of a key in every remote tier. Never fails; false where a storage was not reached.</summary>
    /// <param name="node">The node.</param>
    /// <param name="timeToLive">How long it lives from now, at least; no longer than its entry says.</param>
    public async Task<bool> ProlongAsync(TNode node, TimeSpan timeToLive)
    {
        var key = context.KeyOf(node);
        var told = new Task<bool>[context.Definition.RemoteTiers.Count];
        for (var tier = 0; tier < told.Length; tier++)
        {
            var storage = context.Definition.RemoteTiers[tier].Storage;
            told[tier] = storage.Lifetimes is { } lifetimes ? ProlongAsync(storage, lifetimes, key, timeToLive) : WriteAgainAsync(node, key, tier);
        }

        return Array.TrueForAll(await Task.WhenAll(told).ConfigureAwait(false), static reached => reached);
    }

    private static async Task<bool> ProlongAsync(RemoteStorage storage, IStorageLifetimes lifetimes, string key, TimeSpan timeToLive)
    {
        var answer = await storage.AskAsync(
            StoreOperation.Prolong,
            (lifetimes, key, timeToLive),
            static async (ask, token) =>
            {
                await ask.lifetimes.ProlongAsync([ask.key], ask.timeToLive, token).ConfigureAwait(false);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
        return answer.Error is null;
    }

    // By a flight that nobody joins: what is stored or removed before it commits is newer.
    private async Task<bool> WriteAgainAsync(TNode node, string key, int tier)
    {
        var flight = context.Flights.Lead(key, mayLeave: false);
        var item = context.ItemOf(node, flight);
        try
        {
            var storage = context.Definition.RemoteTiers[tier].Storage;
            var answer = await storage.ReadAsync([key], CancellationToken.None).ConfigureAwait(false);
            if (answer.Error is not null
                || answer.Value is not [{ Exists: true } entry]
                || !context.Values.CodecOf(node).TryRead(storage.Name, key, entry.Bytes, out var found, out _)
                || context.Invalidations.IsStale(key, tier, found))
            {
                return answer.Error is null;
            }

            var writeBack = context.BeginWriteBack();
            var write = writeBack.PrepareAgain(item, found with { Tier = context.Definition.LocalTiers.Count + tier }, tier);
            writeBack.Commit(item, write, overrides: false);
            return (await writeBack.SendAsync().ConfigureAwait(false)).Count == 0;
        }
        finally
        {
            flight.CompleteAndEnd(FlightResult<TValue>.None);
        }
    }
}
