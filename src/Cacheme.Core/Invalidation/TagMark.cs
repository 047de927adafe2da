namespace Cacheme.Invalidation;

/// <summary>The tags of a value in this process, and until when it is known that none of them was removed since its load began. Thread-safe.</summary>
/// <param name="tags">The tags, at least one.</param>
/// <param name="checkedUntil">The count of removals (<see cref="RemovedTags.Epoch"/>) before its load began, or it was looked for.</param>
internal sealed class TagMark(string[] tags, long checkedUntil)
{
    private long _checkedUntil = checkedUntil;

    public string[] Tags => tags;

    /// <summary>None of the tags was removed between the value's load and this count.</summary>
    public long CheckedUntil => Volatile.Read(ref _checkedUntil);

    /// <summary>Notes that none was removed until then either. One of two who do it at once may be overwritten, and is done again.</summary>
    public void Advance(long epoch) => Volatile.Write(ref _checkedUntil, epoch);
}
