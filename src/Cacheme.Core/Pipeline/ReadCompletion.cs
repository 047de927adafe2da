using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>Steps 8 and 9 of the read path: what was found is stored, its waiters are released, and its flight ends when the remote writes have.</summary>
/// <param name="context">The node's.</param>
/// <param name="overrides">Whether what the tiers hold is wrong from now on (a refresh).</param>
internal sealed class ReadCompletion<TNode, TValue>(NodeContext<TNode, TValue> context, bool overrides)
    where TNode : notnull
{
    private readonly NodeDefinition _definition = context.Definition;

    /// <summary>Ends an item whose value is where it should be already.</summary>
    public static void Complete(ReadItem<TNode, TValue> item, FlightResult<TValue> result)
    {
        Release(item, result);
        item.Flight.End();
    }

    /// <summary>Ends an item that has no value to share.</summary>
    public static void FinishWithout(ReadItem<TNode, TValue> item)
    {
        // Ended first: a get that joined asks again, and must not find the same flight.
        item.Flight.End();
        Release(item, FlightResult<TValue>.None);
    }

    /// <summary>Ends an item with an exception for all who wait for it.</summary>
    public static void Fail(ReadItem<TNode, TValue> item, Exception error)
    {
        item.IsOpen = false;
        item.Flight.Fail(error);
        item.Flight.End();
    }

    /// <summary>Stores the values in the tiers that missed them, with one write for each storage, and releases the waiters once the local tiers have them.</summary>
    public void Finish(List<(ReadItem<TNode, TValue> Item, FoundValue<TValue> Found)> found)
    {
        if (found.Count == 0)
        {
            return;
        }

        var writeBack = context.BeginWriteBack();
        var released = new List<ReadItem<TNode, TValue>>(found.Count);
        foreach (var (item, value) in found)
        {
            try
            {
                Release(item, Store(writeBack, item, value));
                released.Add(item);
            }
            catch (Exception error)
            {
                Fail(item, error);
            }
        }

        _ = EndAsync(writeBack, released);
    }

    private FlightResult<TValue> Store(WriteBack<TNode, TValue> writeBack, ReadItem<TNode, TValue> item, FoundValue<TValue> found)
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
        var isCopied = context.Copies.TryMake(ref found);
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

    private static void Release(ReadItem<TNode, TValue> item, FlightResult<TValue> result)
    {
        item.IsOpen = false;
        item.Flight.Complete(result);
    }
}
