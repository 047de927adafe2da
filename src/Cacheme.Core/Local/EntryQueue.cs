using System.Diagnostics.CodeAnalysis;

namespace Cacheme.Local;

/// <summary>Entries in the order in which they came. The links are in the entries, so that one in the middle leaves at no cost. Not thread-safe.</summary>
internal sealed class EntryQueue
{
    private LocalEntry? _first;
    private LocalEntry? _last;

    public int Count { get; private set; }

    public void Enqueue(LocalEntry entry)
    {
        entry.Queue = this;
        entry.Next = null;
        entry.Previous = _last;
        (_last is null ? ref _first : ref _last.Next) = entry;
        _last = entry;
        Count++;
    }

    public bool TryDequeue([NotNullWhen(true)] out LocalEntry? entry)
    {
        entry = _first;
        if (entry is null)
        {
            return false;
        }

        Remove(entry);
        return true;
    }

    public void Remove(LocalEntry entry)
    {
        (entry.Previous is null ? ref _first : ref entry.Previous.Next) = entry.Next;
        (entry.Next is null ? ref _last : ref entry.Next.Previous) = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.Queue = null;
        Count--;
    }

    /// <summary>Puts an entry where another one of this queue is.</summary>
    public void Replace(LocalEntry former, LocalEntry entry)
    {
        (entry.Previous, entry.Next, entry.Queue) = (former.Previous, former.Next, this);
        (entry.Previous is null ? ref _first : ref entry.Previous.Next) = entry;
        (entry.Next is null ? ref _last : ref entry.Next.Previous) = entry;
        former.Next = former.Previous = null;
        former.Queue = null;
    }
}
