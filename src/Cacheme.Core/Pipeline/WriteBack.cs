using Cacheme.Invalidation;
using Cacheme.Local;
using Cacheme.Nodes;
using Cacheme.Storage;

namespace Cacheme.Pipeline;

/// <summary>Step 8 of the read path: what was found goes into the tiers that missed it, in the order of starts.</summary>
/// <remarks>
/// The local tiers are filled and the remote writes get their places under the lock of the key's slot; they are sent
/// afterwards. So an invalidation finds either nothing of it or all of it, and its removals come behind the writes.
/// One instance serves one run; not thread-safe.
/// </remarks>
internal sealed class WriteBack<TNode, TValue>(
    NodeDefinition definition, LocalTiers<TNode, TValue> local, NodeValues<TNode, TValue> values, CacheClock clock, Action<string, long> wrote)
    where TNode : notnull
{
    // Made when there is something to write: mostly a value is found where it was looked for first.
    private PendingWrites[]? _writes;

    /// <summary>Serializes a value for the remote tiers that are to have it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key">Its full key.</param>
    /// <param name="found">The value, and where it comes from.</param>
    /// <param name="leftAlone">Remote tiers, as bits, that are not written to.</param>
    /// <param name="overrides">Whether what remote tiers hold is wrong from now on (a set, a refresh); they are then all written to.</param>
    /// <param name="throws">Whether a value that cannot be serialized is an error.</param>
    public PreparedWrite<TValue> Prepare(TNode node, string key, FoundValue<TValue> found, ulong leftAlone, bool overrides, bool throws)
    {
        var remainingLife = RemainingLife(found);
        var rules = values.RulesOf(node);
        LaneOperation?[] operations = definition.RemoteTiers.Count == 0 ? [] : new LaneOperation?[definition.RemoteTiers.Count];
        for (var tier = 0; tier < operations.Length && rules.WritesRemote; tier++)
        {
            var isSourceOrFarther = found.Tier >= 0 && tier + definition.LocalTiers.Count >= found.Tier;
            if (!isSourceOrFarther && (overrides || (leftAlone & (1UL << tier)) == 0))
            {
                operations[tier] = Operation(node, key, found, tier, remainingLife, overrides, throws);
            }
        }

        return new PreparedWrite<TValue>(found, clock.After(remainingLife), operations);
    }

    /// <summary>Serializes a value that was found in a remote tier for that tier alone, where its life begins anew.</summary>
    /// <param name="item">The key; it began before the value was found.</param>
    /// <param name="found">The value, and where it comes from.</param>
    /// <param name="tier">The tier's place among the remote ones.</param>
    public PreparedWrite<TValue> PrepareAgain(ReadItem<TNode, TValue> item, FoundValue<TValue> found, int tier)
    {
        var remainingLife = RemainingLife(found);
        var operations = new LaneOperation?[definition.RemoteTiers.Count];
        operations[tier] = Operation(item.Node, item.Key, found, tier, remainingLife, overrides: false, throws: false);
        return new PreparedWrite<TValue>(found, clock.After(remainingLife), operations)
        {
            Tags = found.Tags is { } named ? new TagMark(named as string[] ?? [.. named], item.TagEpoch) : null,
        };
    }

    /// <summary>Stores a value, unless something later was stored or the key was invalidated since its flight started.</summary>
    /// <remarks>A value from a farther tier is stored only if nothing at all was: a refresh that started earlier is newer than what was read meanwhile.</remarks>
    /// <returns>Whether it is stored, or in the place from which it will be.</returns>
    public bool Commit(ReadItem<TNode, TValue> item, PreparedWrite<TValue> write, bool overrides)
    {
        return write.Found.Tier < 0 ? item.Flight.TryCommit(overrides, Store) : item.Flight.TryCommitCopy(Store);

        void Store()
        {
            var found = write.Found;
            if (item.Rules.WritesLocal)
            {
                var value = new LocalValue<TValue>(found.Value, found.Copy, CacheClock.SecondOf(found.StartedAt), write.ExpiresAt, write.Tags);
                local.Put(item.Node, item.Key, value, item.Rules.LocalTimeToLive, found.Tier < 0 ? int.MaxValue : found.Tier);
            }
            else if (overrides)
            {
                local.Remove(item.Key, Telemetry.EvictionReason.Invalidated);
            }

            if (Array.Exists(write.Operations, static operation => operation is not null))
            {
                wrote(item.Key, found.Known);
            }

            for (var tier = 0; tier < write.Operations.Length; tier++)
            {
                if (write.Operations[tier] is { } operation)
                {
                    Add(tier, operation);
                }
            }
        }
    }

    /// <summary>Removes the key from all tiers, unless something later was stored since the item's flight started.</summary>
    public void Remove(ReadItem<TNode, TValue> item) => item.Flight.TryCommit(overrides: true, () =>
    {
        local.Remove(item.Key, Telemetry.EvictionReason.Invalidated);
        AddRemoval(item.Key);
    });

    /// <summary>Gives the removals of a key their places. Under the lock of its slot.</summary>
    public void AddRemoval(string key) => AddRemoval(key, definition.RemoteTiers.Count);

    /// <summary>Gives the removals of a key from the nearest remote tiers their places. Under the lock of its slot.</summary>
    public void AddRemoval(string key, int tiers)
    {
        for (var tier = 0; tier < tiers; tier++)
        {
            AddRemovalFrom(key, tier);
        }
    }

    /// <summary>Gives the removal of a key from one remote tier its place. Under the lock of its slot.</summary>
    public void AddRemovalFrom(string key, int tier) =>
        Add(tier, new LaneOperation(key, null, overrides: true, definition.RemoteTiers[tier].LongestLife));

    /// <summary>Sends what has its place, one write and one removal for each storage. Never fails; returns the storages that did.</summary>
    public async Task<IReadOnlyList<(string Storage, Exception Error)>> SendAsync()
    {
        if (_writes is null)
        {
            return [];
        }

        var failures = default(List<(string, Exception)>);
        var sent = Array.ConvertAll(_writes, static writes => writes.SendAsync());
        for (var tier = 0; tier < sent.Length; tier++)
        {
            if (await sent[tier].ConfigureAwait(false) is { } error)
            {
                (failures ??= []).Add((_writes[tier].Storage, error));
            }
        }

        return failures ?? (IReadOnlyList<(string, Exception)>)[];
    }

    /// <summary>Waits for what was sent, at most as long as the values may be handed out.</summary>
    public async Task WaitAsync(Task sent, TimeSpan atMost)
    {
        if (_writes is null)
        {
            return;
        }

        try
        {
            // A timer for each write is dear, and mostly the storages' own timeouts end it sooner.
            await (Array.TrueForAll(_writes, writes => writes.Timeout >= TimeSpan.Zero && writes.Timeout <= atMost) ? sent : sent.WaitAsync(atMost, clock.Time)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The writes go on; only who comes from now on does not get these values any more.
        }
    }

    private TimeSpan? RemainingLife(FoundValue<TValue> found) =>
        found.ExpiresAt is { } end ? TimeSpan.FromMilliseconds(Math.Max(1, end - clock.UnixNow)) : null;

    private void Add(int tier, LaneOperation operation) =>
        (_writes ??= [.. definition.RemoteTiers.Select(tier => tier.Storage.BeginWrites())])[tier].Add(operation);

    private LaneOperation? Operation(
        TNode node, string key, FoundValue<TValue> found, int tier, TimeSpan? remainingLife, bool overrides, bool throws)
    {
        var longest = definition.RemoteTiers[tier].LongestLife;
        var life = definition.TimeToLive(values.RulesOf(node).RemoteTimeToLive ?? definition.RemoteTiers[tier].TimeToLive, found.Value is null);
        life = remainingLife is { } left && (life is null || left < life) ? left : life;
        var expiresAt = life is { } span ? clock.UnixNow + Math.Max(1, (long)Math.Ceiling(span.TotalMilliseconds)) : default(long?);
        // The entry says when its life ends in any case; the storage, when that of one which nobody uses does.
        var kept = values.IdleLife(found.Value) is { } idle && (life is null || idle < life) ? idle : life;
        // A copy may come behind a set that took the place of what it was copied from.
        if (values.CodecOf(node).TryWrite(key, found with { IsGiven = found.IsGiven && found.Tier < 0 }, expiresAt, throws) is { } entry)
        {
            return new LaneOperation(key, new StorageWrite(key, entry, kept), overrides, longest);
        }

        // It cannot be stored; what is there is no longer right, if this was to take its place.
        return overrides ? new LaneOperation(key, null, overrides: true, longest) : null;
    }
}
