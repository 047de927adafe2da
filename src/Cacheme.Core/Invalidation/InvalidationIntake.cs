using System.Collections.Concurrent;
using Cacheme.Storage;
using Cacheme.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cacheme.Invalidation;

/// <summary>Takes in the records of a log, and hands to each node what is its own. Only the one who reads the log calls what takes in.</summary>
/// <param name="storage">The storage's name.</param>
/// <param name="origin">This process, whose own records are not its news.</param>
/// <param name="targets">The nodes, by name.</param>
/// <param name="tags">The tags.</param>
/// <param name="clock">The time.</param>
/// <param name="meter">Where lags are measured.</param>
/// <param name="logger">Where losses are told.</param>
internal sealed class InvalidationIntake(
    string storage, long origin, ConcurrentDictionary<string, IInvalidationTarget> targets, LoggedTags tags, CacheClock clock, CachemeMeter meter, ILogger logger)
{
    private readonly GapCounter _gaps = meter.CountGaps(storage);

    /// <summary>Takes in a record from before this process, or before these nodes. Never fails.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="nodes">The nodes, by name.</param>
    public void ReceiveFormer(LogRecord bytes, Dictionary<string, IInvalidationTarget> nodes)
    {
        if (!InvalidationRecordFormat.TryRead(bytes.Bytes.Span, out var record))
        {
            // Of a version to come, or damaged: it may say anything.
            record = new InvalidationRecord(0, 0, 0,
            [
                new InvalidationGroup(InvalidationScope.AllTags, "", []),
                .. nodes.Keys.Select(static node => new InvalidationGroup(InvalidationScope.Memory, node, [])),
            ]);
        }

        foreach (var group in record.Groups)
        {
            if (group.IsOfTags)
            {
                tags.Note(group, bytes.Sequence);
            }
            else if (nodes.TryGetValue(group.Node, out var target))
            {
                Try(() => target.ReceiveFormer(group, bytes.Sequence));
            }
        }
    }

    /// <summary>Takes in a new record. Never fails: those behind it are to be taken in too.</summary>
    public void Receive(LogRecord bytes)
    {
        if (!InvalidationRecordFormat.TryRead(bytes.Bytes.Span, out var record))
        {
            // Of a version to come, or damaged: it may say anything.
            ReceiveAll(bytes.Sequence);
            Try(() => tags.ReceiveAll(bytes.Sequence));
            return;
        }

        foreach (var group in record.Groups)
        {
            Try(() => Receive(group, bytes.Sequence, isOwn: record.Origin == origin));
        }

        // One without groups is only there so that the log is not empty.
        if (record.Origin != origin && record.Groups.Count > 0)
        {
            Try(() => meter.InvalidationReceived(storage, TimeSpan.FromMilliseconds(Math.Max(0, clock.UnixNow - record.SentAt))));
        }
    }

    /// <summary>Takes in that anything may have been invalidated until that record. Never fails.</summary>
    public void ReceiveAll(long number)
    {
        foreach (var target in targets.Values)
        {
            Try(() => target.Receive(new InvalidationGroup(InvalidationScope.Memory, target.Node, []), number));
        }

        _gaps.Add();
        Log.InvalidationsMissed(logger, storage);
    }

    /// <summary>Is told that everything was taken in that had been appended until then, on the local clock.</summary>
    public void CaughtUp(long began)
    {
        foreach (var target in targets.Values)
        {
            target.CaughtUp(began);
        }

        // No entry with tags lives longer than the longest time to live of those nodes that have any.
        var lives = targets.Values.Where(static target => target.HasTags).Select(static target => target.LongestLife ?? TimeSpan.MaxValue).DefaultIfEmpty();
        if (lives.Max() is var longest && longest < TimeSpan.MaxValue)
        {
            tags.Forget(began - (long)(longest + InvalidationBus.LongestGap).TotalMilliseconds);
        }
    }

    private void Receive(InvalidationGroup group, long number, bool isOwn)
    {
        if (group.IsOfTags && isOwn)
        {
            // Noted when it was appended; but the log may have begun anew since.
            tags.Note(group, number);
        }
        else if (group.IsOfTags)
        {
            tags.Receive(group, number);
        }
        else if (!isOwn && targets.TryGetValue(group.Node, out var target))
        {
            target.Receive(group, number);
        }
    }

    // What may throw is a listener of the meter, or of the application's log.
    private void Try(Action take)
    {
        try
        {
            take();
        }
        catch (Exception error)
        {
            Log.InvalidationsFailed(logger, storage, error);
        }
    }
}
