using Cacheme.Concurrency;
using Cacheme.Nodes;

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
    private readonly ReadCompletion<TNode, TValue> _completion = new(context, overrides: mode == ReadMode.Refresh);

    /// <summary>Takes the items through the steps. Never fails: each flight gets its value or its exception.</summary>
    public async Task RunAsync(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        try
        {
            if (mode != ReadMode.Refresh)
            {
                LookLocal(items);
                await AskRemoteAsync(items).ConfigureAwait(false);
            }

            await LoadAsync(Open(items)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Open(items).ForEach(item => ReadCompletion<TNode, TValue>.Fail(item, error));
        }
    }

    // Step 5: whoever led this flight looked before it led; meanwhile another flight may have ended.
    private void LookLocal(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        foreach (var item in items)
        {
            var tier = context.Local.Find(item.Node, item.Key, out var value, out var copy);
            if (tier >= 0 && context.Copies.TryRead(ref value, copy))
            {
                ReadCompletion<TNode, TValue>.Complete(item, new FlightResult<TValue>(new(true, value), copy, tier));
            }
        }
    }

    // Step 6: the first tier that has it wins.
    private async ValueTask AskRemoteAsync(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        for (var tier = 0; tier < _definition.RemoteTiers.Count; tier++)
        {
            var open = Open(items);
            if (open.Count == 0)
            {
                return;
            }

            var storage = _definition.RemoteTiers[tier].Storage;
            // Only of the items that are still open: nobody leaves one that has its value already.
            using var together = new AbandonedTogether(open.ConvertAll(static item => item.Flight.Abandoned));
            var answers = await storage.ReadAsync(open.ConvertAll(static item => item.Key), together.Token).ConfigureAwait(false);
            var found = new List<(ReadItem<TNode, TValue>, FoundValue<TValue>)>(open.Count);
            for (var i = 0; i < open.Count; i++)
            {
                if (!answers[i].Exists)
                {
                    continue;
                }

                if (context.Codec.TryRead(storage.Name, open[i].Key, answers[i].Bytes, out var value, out var leaveAlone))
                {
                    found.Add((open[i], value with { Tier = _definition.LocalTiers.Count + tier }));
                }

                open[i].LeftAlone |= leaveAlone ? 1UL << tier : 0;
            }

            _completion.Finish(found);
        }
    }

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
            await new ReadLoads<TNode, TValue>(context, load, _completion).LoadAsync(open, asBatch).ConfigureAwait(false);
        }

        foreach (var taken in substituted)
        {
            await taken.ConfigureAwait(false);
        }
    }

    // A refresh or a set of the same generation is under way: one load is enough.
    private static List<Task> Substitute(List<ReadItem<TNode, TValue>> open)
    {
        List<Task>? taken = null;
        open.RemoveAll(item =>
        {
            if (item.Flight.JoinStandIn() is not { } standIn)
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
            ReadCompletion<TNode, TValue>.Complete(item, result with { StoodIn = true });
        }
        catch (Exception error)
        {
            ReadCompletion<TNode, TValue>.Fail(item, error);
        }
    }

    private static List<ReadItem<TNode, TValue>> Open(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        var open = new List<ReadItem<TNode, TValue>>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].IsOpen)
            {
                open.Add(items[i]);
            }
        }

        return open;
    }
}
