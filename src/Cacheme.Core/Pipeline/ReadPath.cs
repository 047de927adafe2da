using Cacheme.Concurrency;
using Cacheme.Nodes;
using Cacheme.Storage;

namespace Cacheme.Pipeline;

/// <summary>The order of steps, written once: for one key or many.</summary>
/// <remarks>
/// Local tiers again, remote tiers from left to right, load (<see cref="ReadLoads{TNode, TValue}"/>), write back and complete
/// (<see cref="ReadCompletion{TNode, TValue}"/>). Each item's flight is completed as soon as its value is known and the local
/// tiers have it, and ended when its remote writes have ended, whatever happens to the others. One instance serves one run.
/// </remarks>
internal sealed class ReadPath<TNode, TValue>(NodeContext<TNode, TValue> context, ReadMode mode, NodeLoad<TNode, TValue> load, bool asBatch)
    where TNode : notnull
{
    private readonly NodeDefinition _definition = context.Definition;

    /// <summary>Takes the items through the steps. Never fails: each flight gets its value or its exception.</summary>
    /// <param name="open">The items, at least one. Those that have their value are taken out.</param>
    public async Task RunAsync(List<ReadItem<TNode, TValue>> open)
    {
        try
        {
            if (mode != ReadMode.Refresh)
            {
                LookLocal(open);
                // Step 6: the first tier that has it wins.
                for (var tier = 0; tier < _definition.RemoteTiers.Count && open.Count > 0 && open[0].Rules.ReadsRemote; tier++)
                {
                    // Only of the items that are still open: nobody leaves one that has its value already.
                    using var together = open.Count > 1 ? AbandonedTogether.Of(open, static item => item.Flight.Abandoned) : null;
                    var abandoned = together?.Token ?? open[0].Flight.Abandoned;
                    Take(open, tier, await _definition.RemoteTiers[tier].Storage.ReadAsync(Keys(open), abandoned).ConfigureAwait(false));
                }
            }

            if (open.Count > 0)
            {
                await LoadAsync(open).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            open.FindAll(static item => item.IsOpen).ForEach(item => ReadCompletion<TNode, TValue>.Fail(item, error));
        }
    }

    private static string[] Keys(List<ReadItem<TNode, TValue>> items)
    {
        var keys = new string[items.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = items[i].Key;
        }

        return keys;
    }

    // Step 5: whoever led this flight looked before it led; meanwhile another flight may have ended.
    private void LookLocal(List<ReadItem<TNode, TValue>> open)
    {
        if (_definition.LocalTiers.Count == 0)
        {
            return;
        }

        foreach (var item in open)
        {
            if (!item.Rules.ReadsLocal)
            {
                continue;
            }

            var tier = context.Local.Find(item.Node, item.Key, out var entry, out var value, out var copy);
            if (tier >= 0 && context.Values.TryRead(item.Node, ref value, copy))
            {
                ReadCompletion<TNode, TValue>.Complete(item, new FlightResult<TValue>(new(true, value), copy, tier)
                {
                    Tags = entry!.Tags, // Not null: it was found.
                    StartedAt = entry.LoadedAt * 1000L,
                    EndsAt = entry.ExpiresAt == long.MaxValue ? null : context.Clock.UnixNow + entry.ExpiresAt - context.Clock.Now,
                    IsStored = true,
                });
            }
        }

        open.RemoveAll(static item => !item.IsOpen);
    }

    private void Take(List<ReadItem<TNode, TValue>> open, int tier, Guarded<IReadOnlyList<StoredValue>> answer)
    {
        // A storage that fails has none of them; one that is full of rubbish may answer with less than it promises.
        var answers = answer.Error is null ? answer.Value ?? [] : [];
        var storage = _definition.RemoteTiers[tier].Storage.Name;
        if (answer.Error is { } error)
        {
            Note(open, new StorageFailure(storage, error));
        }

        var completion = default(ReadCompletion<TNode, TValue>);
        try
        {
            for (var i = 0; i < Math.Min(open.Count, answers.Count); i++)
            {
                if (!answers[i].Exists)
                {
                    continue;
                }

                var isFound = context.Values.CodecOf(open[i].Node).TryRead(storage, open[i].Key, answers[i].Bytes, out var value, out var leaveAlone)
                    && !context.Invalidations.IsStale(open[i].Key, tier, value);
                open[i].LeftAlone |= leaveAlone ? 1UL << tier : 0;
                if (isFound)
                {
                    completion ??= new(context, overrides: false);
                    completion.Finish(open[i], value with { Tier = _definition.LocalTiers.Count + tier });
                }
            }
        }
        finally
        {
            _ = completion?.Send();
        }

        open.RemoveAll(static item => !item.IsOpen);
    }

    private static void Note(List<ReadItem<TNode, TValue>> open, StorageFailure failure) => open.ForEach(item => item.Failure ??= failure);

    // Step 7.
    private async ValueTask LoadAsync(List<ReadItem<TNode, TValue>> open)
    {
        if (mode == ReadMode.TryGet)
        {
            open.ForEach(ReadCompletion<TNode, TValue>.FinishWithout);
            return;
        }

        // None of them fails: each item gets its own exception, and what one has to do with is no affair of the others.
        var substituted = mode == ReadMode.Get ? Substitute(open) : [];
        if (open.Count > 0)
        {
            await new ReadLoads<TNode, TValue>(context, load, overrides: mode == ReadMode.Refresh).LoadAsync(open, asBatch).ConfigureAwait(false);
        }

        foreach (var taken in substituted)
        {
            await taken.ConfigureAwait(false);
        }
    }

    // A refresh or a set of the same generation is under way: one load is enough.
    private List<Task> Substitute(List<ReadItem<TNode, TValue>> open)
    {
        List<Task>? taken = null;
        open.RemoveAll(item =>
        {
            if (item.Flight.Form.IsFresh || item.Flight.JoinStandIn(result => result.Tags is not { } tags || _definition.RemovedTags.IsGood(tags, item.TagEpoch)) is not { } standIn)
            {
                return false;
            }

            (taken ??= []).Add(TakeFromAsync(item, standIn));
            return true;
        });
        return taken ?? [];
    }

    private static async Task TakeFromAsync(ReadItem<TNode, TValue> item, Flight<FlightResult<TValue>> standIn)
    {
        item.Flight.Run.Enter();
        try
        {
            var result = await standIn.WaitAsync(item.Flight.Abandoned).ConfigureAwait(false);
            item.Flight.Load = standIn.Load;
            ReadCompletion<TNode, TValue>.Complete(item, result with { StoodIn = true });
        }
        catch (Exception error)
        {
            item.Flight.Load = standIn.Load;
            ReadCompletion<TNode, TValue>.Fail(item, error);
        }
    }
}
