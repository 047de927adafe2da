using Cacheme.Concurrency;
using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>The order of steps, written once: for one key or many, led by one run.</summary>
/// <remarks>
/// Local tiers again, remote tiers from left to right, load, write back, complete. Each item's flight is completed as soon
/// as its value is known and the local tiers have it, and ended when its remote writes have ended, whatever happens to
/// the others. One instance serves one run.
/// </remarks>
internal sealed class ReadPath<TNode, TValue>(NodeCache<TNode, TValue> cache, Run run, ReadMode mode, NodeLoad<TNode, TValue> load, bool asBatch)
    where TNode : notnull
{
    private readonly NodeDefinition _definition = cache.Definition;

    /// <summary>Takes the items through the steps. Never fails: each flight gets its value or its exception.</summary>
    public async Task RunAsync(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        run.Enter();
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
            foreach (var item in items.Where(item => item.IsOpen))
            {
                Fail(item, error);
            }
        }
        finally
        {
            run.End();
        }
    }

    // Step 5: whoever led this flight looked before it led; meanwhile another flight may have ended.
    private void LookLocal(IReadOnlyList<ReadItem<TNode, TValue>> items)
    {
        foreach (var item in items)
        {
            var tier = cache.Local.Find(item.Node, item.Key, out var value, out var copy);
            if (tier >= 0 && cache.TryValue(ref value, copy))
            {
                Complete(item, new FlightResult<TValue>(new(true, value), copy, tier));
                item.Flight.End();
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
            using var together = Together(open);
            var answers = await storage.ReadAsync(open.ConvertAll(static item => item.Key), together.Token).ConfigureAwait(false);
            var found = new List<(ReadItem<TNode, TValue>, FoundValue<TValue>)>(open.Count);
            for (var i = 0; i < open.Count; i++)
            {
                if (!answers[i].Exists)
                {
                    continue;
                }

                if (cache.Codec.TryRead(storage.Name, open[i].Key, answers[i].Bytes, out var value, out var leaveAlone))
                {
                    found.Add((open[i], value with { Tier = _definition.LocalTiers.Count + tier }));
                }

                open[i].LeftAlone |= leaveAlone ? 1UL << tier : 0;
            }

            Finish(found, overrides: false);
        }
    }

    // Step 7.
    private async ValueTask LoadAsync(List<ReadItem<TNode, TValue>> open)
    {
        if (mode == ReadMode.TryGet)
        {
            open.ForEach(static item => FinishWithout(item));
            return;
        }

        // None of them fails: each item gets its own exception, and what one has to do with is no affair of the others.
        var substituted = mode == ReadMode.Get ? Substitute(open) : [];
        var loaded = open.Count == 0 ? Task.CompletedTask
            : asBatch && open[0].Node is IBatchLoad<TNode, TValue> batch ? LoadBatchAsync(batch, open)
            : LoadEachAsync(open);
        foreach (var taken in substituted)
        {
            await taken.ConfigureAwait(false);
        }

        await loaded.ConfigureAwait(false);
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

    private async Task LoadBatchAsync(IBatchLoad<TNode, TValue> batch, List<ReadItem<TNode, TValue>> open)
    {
        foreach (var round in cache.Rounds(open))
        {
            try
            {
                await LoadRoundAsync(batch, round).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                round.FindAll(item => item.IsOpen).ForEach(item => Fail(item, error));
            }
        }
    }

    private async Task LoadRoundAsync(IBatchLoad<TNode, TValue> batch, List<ReadItem<TNode, TValue>> round)
    {
        using var together = Together(round);
        together.Token.ThrowIfCancellationRequested();
        var startedAt = cache.Clock.UnixNow;
        var nodes = round.ConvertAll(item => item.Node);
        var values = await cache.Loader.RunAsync(context => batch.LoadBatchAsync(nodes, context), nodes.Count, together.Token).ConfigureAwait(false);
        var found = new List<(ReadItem<TNode, TValue>, FoundValue<TValue>)>(round.Count);
        foreach (var item in round)
        {
            // A load that gives null for the whole batch leaves all of them out, whatever its type promises.
            if (values is not null && values.TryGetValue(item.Node, out var value))
            {
                found.Add((item, new FoundValue<TValue>(value, null, startedAt, null, -1)));
            }
            else
            {
                Fail(item, new KeyNotFoundException($"The batch load of node '{_definition.Name}' left out a node that it was asked for."));
            }
        }

        Finish(found, overrides: false);
    }

    private Task LoadEachAsync(List<ReadItem<TNode, TValue>> open)
    {
        if (open.Count == 1)
        {
            return LoadOneAsync(open[0]).AsTask();
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = _definition.Policy.LoadConcurrency };
        return Parallel.ForEachAsync(open, options, (item, _) => LoadOneAsync(item));
    }

    private async ValueTask LoadOneAsync(ReadItem<TNode, TValue> item)
    {
        var startedAt = cache.Clock.UnixNow;
        try
        {
            item.Flight.Abandoned.ThrowIfCancellationRequested();
            var lookup = await cache.Loader.RunAsync(context => load(item.Node, context), 1, item.Flight.Abandoned).ConfigureAwait(false);
            if (lookup.Found)
            {
                Finish([(item, new FoundValue<TValue>(lookup.Value, null, startedAt, null, -1))], overrides: mode == ReadMode.Refresh);
            }
            else
            {
                FinishWithout(item);
            }
        }
        catch (Exception error)
        {
            Fail(item, error);
        }
    }

    private static async Task TakeFromAsync(ReadItem<TNode, TValue> item, Flight<FlightResult<TValue>> standIn)
    {
        try
        {
            var result = await standIn.WaitAsync(item.Flight.Abandoned).ConfigureAwait(false);
            Complete(item, result with { StoodIn = true });
            item.Flight.End();
        }
        catch (Exception error)
        {
            Fail(item, error);
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

    // Only of the items that are still open: nobody leaves one that has its value already.
    private static AbandonedTogether Together(List<ReadItem<TNode, TValue>> open) => new(open.ConvertAll(static item => item.Flight.Abandoned));

    // Steps 8 and 9.
    private void Finish(List<(ReadItem<TNode, TValue> Item, FoundValue<TValue> Found)> found, bool overrides)
    {
        if (found.Count == 0)
        {
            return;
        }

        var writeBack = cache.BeginWriteBack();
        var completed = new List<ReadItem<TNode, TValue>>(found.Count);
        foreach (var (item, value) in found)
        {
            try
            {
                Complete(item, Store(writeBack, item, value, overrides));
                completed.Add(item);
            }
            catch (Exception error)
            {
                Fail(item, error);
            }
        }

        _ = EndAsync(writeBack, completed);
    }

    private FlightResult<TValue> Store(WriteBack<TNode, TValue> writeBack, ReadItem<TNode, TValue> item, FoundValue<TValue> found, bool overrides)
    {
        var result = new FlightResult<TValue>(new(true, found.Value), found.Copy, found.Tier);
        if (found.Value is null && !_definition.Policy.CachesNull)
        {
            if (overrides)
            {
                writeBack.Remove(item);
            }

            return result;
        }

        // Before the doorkeeper: those who joined get copies of their own of what is not stored, too.
        var isCopied = cache.TryCopy(ref found);
        var isAdmitted = overrides || _definition.DoorKeeper?.Admit(item.Key) != false;
        if (isAdmitted && isCopied)
        {
            writeBack.Commit(item, writeBack.Prepare(item.Key, found, item.LeftAlone, overrides, throws: false), overrides);
        }
        else if (overrides)
        {
            // It cannot be stored; what is there is no longer right.
            writeBack.Remove(item);
        }

        return result with { Copy = found.Copy };
    }

    // Owned by the flights: they are in their table until it ends. The write-back lets no exception out.
    private async Task EndAsync(WriteBack<TNode, TValue> writeBack, List<ReadItem<TNode, TValue>> items)
    {
        await writeBack.SendAsync(_definition.JoinableFor).ConfigureAwait(false);
        foreach (var item in items)
        {
            item.Flight.End();
        }
    }

    private static void FinishWithout(ReadItem<TNode, TValue> item)
    {
        // Ended first: a get that joined asks again, and must not find the same flight.
        item.Flight.End();
        Complete(item, FlightResult<TValue>.None);
    }

    private static void Complete(ReadItem<TNode, TValue> item, FlightResult<TValue> result)
    {
        item.IsOpen = false;
        item.Flight.Complete(result);
    }

    private static void Fail(ReadItem<TNode, TValue> item, Exception error)
    {
        item.IsOpen = false;
        item.Flight.Fail(error);
        item.Flight.End();
    }
}
