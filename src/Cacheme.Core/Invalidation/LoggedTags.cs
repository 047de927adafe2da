using Cacheme.Telemetry;

namespace Cacheme.Invalidation;

/// <summary>The removals of tags that a storage's log tells of: for entries of the storages by their numbers, for values in memory by their count.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="removed">The tags that were removed, of the whole host.</param>
/// <param name="clock">The time.</param>
/// <param name="meter">Where they are counted.</param>
internal sealed class LoggedTags(RemovedTags removed, CacheClock clock, CachemeMeter meter)
{
    private const int MostTags = 100_000;

    private readonly TagTable _table = new(MostTags);

    /// <summary>The count of removals that could not be told. Before they are told again.</summary>
    public long Failures => _table.Failures;

    /// <summary>Whether an entry of a remote tier is older than the removal of one of its tags.</summary>
    /// <param name="tags">The entry's tags.</param>
    /// <param name="known">What its load knew.</param>
    public bool IsStale(IReadOnlyList<string> tags, long known) => _table.IsStale(tags, known);

    /// <summary>Begins anew with the log: until it is ready, no entry with tags is read.</summary>
    public void Begin() => _table.Begin();

    /// <summary>Notes that the log was read. Nobody can say what was removed before that record.</summary>
    public void SetReady(long first) => _table.SetReady(first);

    /// <summary>Notes a removal, by whomever: entries are measured by it.</summary>
    public void Note(InvalidationGroup group, long number)
    {
        if (group.Scope == InvalidationScope.AllTags)
        {
            _table.AddAll(number);
        }

        foreach (var tag in group.Names)
        {
            _table.Add(tag, number, clock.Now);
        }
    }

    /// <summary>Takes in what another process has removed.</summary>
    public void Receive(InvalidationGroup group, long number)
    {
        Note(group, number);
        if (group.Scope == InvalidationScope.AllTags)
        {
            removed.AddAll();
        }
        else
        {
            removed.Add(group.Names);
        }

        meter.TagsReceived(group.Names.Count);
    }

    /// <summary>Takes in that anything may have been removed until that record.</summary>
    public void ReceiveAll(long number) => Receive(new InvalidationGroup(InvalidationScope.AllTags, "", []), number);

    /// <summary>Notes what could not be told: no entry with one of the tags is read until it is.</summary>
    public void AddUntold(InvalidationGroup group) => _table.AddUntold(group.Names);

    /// <summary>Notes what was told.</summary>
    /// <param name="group">The tags.</param>
    /// <param name="number">The number that it has.</param>
    /// <param name="failures">The count of failures, before it was told.</param>
    public void Told(InvalidationGroup group, long number, long failures)
    {
        Note(group, number);
        _table.RemoveUntold(group.Names, failures);
    }

    /// <summary>Notes that everything has been told that had failed until then.</summary>
    public void AllTold(long number, long failures) => _table.AllTold(number, failures);

    /// <summary>Forgets what was removed before, on the local clock: no entry with tags lives so long.</summary>
    public void Forget(long before) => _table.Forget(before);
}
