using Cacheme.Invalidation;
using Cacheme.Nodes;

namespace Cacheme.Pipeline;

/// <summary>Steps 8 and 9 of the read path: what was found is stored, its waiters are released, and its flight ends when the remote writes have.</summary>
/// <remarks>One instance serves what was found at once; its remote writes are sent together. Not thread-safe.</remarks>
/// <param name="context">The node's.</param>
/// <param name="overrides">Whether what the tiers hold is wrong from now on (a refresh).</param>
internal sealed class ReadCompletion<TNode, TValue>(NodeContext<TNode, TValue> context, bool overrides)
    where TNode : notnull
{
    private readonly NodeDefinition _definition = context.Definition;

    // Made when there is something to write: mostly a value is found where it was looked for first.
    private WriteBack<TNode, TValue>? _writeBack;
    private List<ReadItem<TNode, TValue>>? _written;

    // The shortest of what its items allow.
    private TimeSpan _joinableFor = context.Definition.JoinableFor;
    private long _known = long.MaxValue;

    /// <summary>Ends an item whose value is where it should be already.</summary>
    public static void Complete(ReadItem<TNode, TValue> item, FlightResult<TValue> result)
    {
        item.IsOpen = false;
        item.Flight.CompleteAndEnd(result);
    }

    /// <summary>Ends an item that has no value to share.</summary>
    public static void FinishWithout(ReadItem<TNode, TValue> item)
    {
        // Ended first: a get that joined asks again, and must not find the same flight.
        item.Flight.End();
        Release(item, FlightResult<TValue>.None with { Failure = item.Failure });
    }

    /// <summary>Ends an item with an exception for all who wait for it.</summary>
    public static void Fail(ReadItem<TNode, TValue> item, Exception error)
    {
        item.IsOpen = false;
        item.Flight.Fail(error);
        item.Flight.End();
    }

    /// <summary>Stores a value in the tiers that missed it, and releases the waiters once the local tiers have it. Remote writes wait for <see cref="Send"/>.</summary>
    public void Finish(ReadItem<TNode, TValue> item, FoundValue<TValue> found)
    {
        try
        {
            var result = Store(item, found);
            if (_writeBack is null)
            {
                Complete(item, result);
            }
            else
            {
                Release(item, result);
                (_written ??= []).Add(item);
                _joinableFor = item.Rules.JoinableFor(_joinableFor);
            }
        }
        catch (Exception error)
        {
            Fail(item, error);
        }
    }

    /// <summary>Sends the remote writes, one for each storage. What it returns ends when they have, or were given up; it never fails.</summary>
    public Task Send() => _writeBack is null ? Task.CompletedTask : EndAsync(_writeBack, _written ?? []);

    private FlightResult<TValue> Store(ReadItem<TNode, TValue> item, FoundValue<TValue> found)
    {
        _known = Math.Min(_known, found.Known);
        var result = new FlightResult<TValue>(new(true, found.Value), found.Copy, found.Tier)
        {
            StartedAt = found.StartedAt,
            EndsAt = found.ExpiresAt,
            IsStored = found.Tier >= 0,
        };
        if (found.Value is null && !_definition.Policy.CachesNull)
        {
            if (overrides)
            {
                WriteBack().Remove(item);
            }

            return result;
        }

        // Before the doorkeeper: those who joined get copies of their own of what is not stored, too.
        var isCopied = context.Values.TryMakeCopy(ref found);
        var isAdmitted = overrides || _definition.DoorKeeper?.Admit(item.Key) != false;
        var isTagged = TryTag(item, ref found, out var tags);
        var isNearest = found.Tier == 0;
        if (isAdmitted && isCopied && isTagged && !isNearest && (item.Rules.WritesLocal || item.Rules.WritesRemote))
        {
            var writeBack = WriteBack();
            var write = writeBack.Prepare(item.Node, item.Key, found, item.LeftAlone, overrides, throws: false) with { Tags = tags };
            result = result with { IsStored = writeBack.Commit(item, write, overrides) || result.IsStored };
        }
        else if (overrides)
        {
            // It cannot be stored; what is there is no longer right.
            WriteBack().Remove(item);
        }

        return result with { Copy = found.Copy, Tags = tags };
    }

    // What was found in a tier has its tags with it.
    private bool TryTag(ReadItem<TNode, TValue> item, ref FoundValue<TValue> found, out TagMark? mark)
    {
        var tags = default(string[]);
        var isTagged = found.Tier >= 0 || context.Tags.TryFind(item.Node, found.Value, out tags);
        found = found.Tier >= 0 ? found : found with { Tags = tags };
        mark = found.Tags is { } named ? new TagMark(named as string[] ?? [.. named], item.TagEpoch) : null;
        return isTagged;
    }

    private WriteBack<TNode, TValue> WriteBack() => _writeBack ??= context.BeginWriteBack();

    // Owned by the flights: they are in their table until it ends. The write-back lets no exception out.
    private async Task EndAsync(WriteBack<TNode, TValue> writeBack, List<ReadItem<TNode, TValue>> items)
    {
        var began = context.Clock.Now;
        var sent = writeBack.SendAsync();
        // What other processes have is wrong from now on.
        var told = overrides
            ? context.Invalidations.TellReplacedAsync(items.ConvertAll(static item => item.Key), KnownLimit.Of(Math.Max(1, _known)), began, sent)
            : Task.CompletedTask;
        await writeBack.WaitAsync(sent, _joinableFor).ConfigureAwait(false);
        foreach (var item in items)
        {
            item.Flight.End();
        }

        await told.ConfigureAwait(false);
    }

    private static void Release(ReadItem<TNode, TValue> item, FlightResult<TValue> result)
    {
        item.IsOpen = false;
        item.Flight.Complete(result);
    }
}
