using Cacheme.Concurrency;
using Cacheme.Nodes;
using Cacheme.Telemetry;

namespace Cacheme.Pipeline;

/// <summary>Step 7 of the read path: the loads of what no tier had, as one batch or one by one. No item's failure is another's.</summary>
internal sealed class ReadLoads<TNode, TValue>(
    NodeContext<TNode, TValue> context, NodeLoad<TNode, TValue> load, bool overrides)
    where TNode : notnull
{
    private static readonly bool IsFaithful = FaithfulNodes.Includes(typeof(TNode));

    /// <summary>Loads the items, at least one. Never fails.</summary>
    public Task LoadAsync(List<ReadItem<TNode, TValue>> items, bool asBatch) =>
        asBatch && items[0].Node is IBatchLoad<TNode, TValue> batch ? LoadBatchAsync(batch, items)
        : items is [var only] ? LoadOneAsync(only)
        : LoadEachAsync(items);

    private async Task LoadBatchAsync(IBatchLoad<TNode, TValue> batch, List<ReadItem<TNode, TValue>> items)
    {
        foreach (var round in Rounds(items))
        {
            var run = new Run(context.Definition.Name, round.ConvertAll(static item => item.Flight.Run));
            try
            {
                await LoadRoundAsync(batch, round, run).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                round.FindAll(static item => item.IsOpen).ForEach(item => ReadCompletion<TNode, TValue>.Fail(item, error));
            }
            finally
            {
                run.End();
            }
        }
    }

    private async Task LoadRoundAsync(IBatchLoad<TNode, TValue> batch, List<ReadItem<TNode, TValue>> round, Run run)
    {
        run.Enter();
        using var together = AbandonedTogether.Of(round, static item => item.Flight.Abandoned);
        together.Token.ThrowIfCancellationRequested();
        var startedAt = context.Clock.UnixNow;
        var known = context.Invalidations.Known;
        var nodes = round.ConvertAll(static item => item.Node);
        var values = await context.Loader.RunAsync(
            scope => batch.LoadBatchAsync(nodes, scope), nodes.Count, together.Token, CachemeActivitySource.IsHeard ? span => round.ForEach(item => item.Flight.Load = span) : null).ConfigureAwait(false);
        var found = new List<(ReadItem<TNode, TValue> Item, FoundValue<TValue> Value)>(round.Count);
        foreach (var item in round)
        {
            // A load that gives null for the whole batch leaves all of them out, whatever its type promises.
            if (values is not null && values.TryGetValue(item.Node, out var value))
            {
                found.Add((item, new FoundValue<TValue>(value, null, startedAt, null, -1, known)));
            }
            else
            {
                ReadCompletion<TNode, TValue>.Fail(
                    item, new KeyNotFoundException($"The batch load of node '{context.Definition.Name}' left out a node that it was asked for."));
            }
        }

        var completion = new ReadCompletion<TNode, TValue>(context, overrides);
        found.ForEach(one => completion.Finish(one.Item, one.Value));
        _ = completion.Send();
    }

    // Two equal nodes with different keys may have different values, so no two equal ones are in one load.
    private static IEnumerable<List<ReadItem<TNode, TValue>>> Rounds(List<ReadItem<TNode, TValue>> items) => IsFaithful
        ? [items]
        : items.GroupBy(item => item.Node)
            .SelectMany(equal => equal.Select((item, round) => (item, round)))
            .GroupBy(pair => pair.round, pair => pair.item)
            .Select(round => round.ToList());

    private async Task LoadEachAsync(List<ReadItem<TNode, TValue>> items)
    {
        using var places = new SemaphoreSlim(context.Definition.Policy.LoadConcurrency);
        await Task.WhenAll(items.ConvertAll(item => LoadInTurnAsync(item, places))).ConfigureAwait(false);
    }

    private async Task LoadInTurnAsync(ReadItem<TNode, TValue> item, SemaphoreSlim places)
    {
        // Not disposed: whoever waits may be about to cancel it.
        var hurry = new CancellationTokenSource();
        item.Flight.Run.OnWait(hurry.Cancel);
        var hasPlace = true;
        try
        {
            await places.WaitAsync(hurry.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A load waits for this one, and may itself hold the place that this one would wait for.
            hasPlace = false;
        }

        item.Flight.Run.OnWait(null);
        try
        {
            // On the pool, so that loads that block their thread run beside each other too.
            await Task.Run(() => LoadOneAsync(item), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (hasPlace)
            {
                places.Release();
            }
        }
    }

    private async Task LoadOneAsync(ReadItem<TNode, TValue> item)
    {
        item.Flight.Run.Enter();
        var lease = default(LoadLease);
        var stored = Task.CompletedTask;
        try
        {
            item.Flight.Abandoned.ThrowIfCancellationRequested();
            if (context.SharedLoads is { } shared && !overrides && item.Rules is { ReadsRemote: true, WritesRemote: true })
            {
                (lease, var found) = await shared.EnterAsync(item.Node, item.Key, item.Flight.Abandoned).ConfigureAwait(false);
                if (found is { } loaded)
                {
                    stored = Finish(item, loaded);
                    return;
                }
            }

            stored = await LoadAsync(item, lease).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            ReadCompletion<TNode, TValue>.Fail(item, error);
        }
        finally
        {
            if (lease is not null)
            {
                // Not waited for by the callers: others find the value when it is stored, and the lease runs out by itself.
                _ = ReleaseAsync(lease, stored);
            }
        }
    }

    private async Task<Task> LoadAsync(ReadItem<TNode, TValue> item, LoadLease? lease)
    {
        var startedAt = context.Clock.UnixNow;
        var known = context.Invalidations.Known;
        var lookup = await context.Loader.RunAsync(
            scope => load(item.Node, scope), 1, item.Flight.Abandoned, CachemeActivitySource.IsHeard ? span => item.Flight.Load = span : null).ConfigureAwait(false);
        if (!lookup.Found)
        {
            ReadCompletion<TNode, TValue>.FinishWithout(item);
            return Task.CompletedTask;
        }

        if (lease is { IsHeld: false })
        {
            // Another process may have loaded and stored what is newer.
            item.LeftAlone = ulong.MaxValue;
        }

        return Finish(item, new FoundValue<TValue>(lookup.Value, null, startedAt, null, -1, known));
    }

    private Task Finish(ReadItem<TNode, TValue> item, FoundValue<TValue> found)
    {
        var completion = new ReadCompletion<TNode, TValue>(context, overrides);
        completion.Finish(item, found);
        return completion.Send();
    }

    private static async Task ReleaseAsync(LoadLease lease, Task stored)
    {
        await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lease.DisposeAsync().ConfigureAwait(false);
    }
}
