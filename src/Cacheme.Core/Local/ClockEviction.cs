namespace Cacheme.Local;

/// <summary>Lets the entry go that was not used for longest, as near as one mark tells: CLOCK, or second chance.</summary>
/// <remarks>
/// F. J. Corbató, "A Paging Experiment with the Multics System", 1968. Entries stand in the order in which they came; one that
/// was used since it was looked at last goes to the back instead of leaving. Not thread-safe.
/// </remarks>
/// <param name="capacity">The most entries.</param>
/// <param name="evict">Told of each entry that leaves.</param>
internal sealed class ClockEviction(int capacity, Action<LocalEntry> evict) : IEviction
{
    private readonly EntryQueue _queue = new();

    public void Add(LocalEntry entry)
    {
        while (_queue.Count >= capacity)
        {
            Evict();
        }

        _queue.Enqueue(entry);
    }

    public void Replace(LocalEntry former, LocalEntry entry) => _queue.Replace(former, entry);

    public void Remove(LocalEntry entry) => _queue.Remove(entry);

    // Hits go on meanwhile: after one round somebody leaves in any case.
    private void Evict()
    {
        for (var left = _queue.Count; _queue.TryDequeue(out var entry); left--)
        {
            if (left == 0 || !entry.TakeUses())
            {
                evict(entry);
                return;
            }

            _queue.Enqueue(entry);
        }
    }
}
