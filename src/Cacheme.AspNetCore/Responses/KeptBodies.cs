namespace Cacheme.AspNetCore.Responses;

/// <summary>The bodies that endpoints have made of one value in memory: they go when it goes. Thread-safe.</summary>
/// <remarks>It changes under the lock of the limit; reading takes none.</remarks>
internal sealed class KeptBodies(BodyLimit limit) : IDisposable
{
    // Endpoints that share a node, and the forms of each.
    private const int Most = 8;

    private KeptBody[] _bodies = [];

    /// <summary>Its place among all, under the limit's lock.</summary>
    public LinkedListNode<KeptBodies>? Place { get; set; }

    /// <summary>Whether the value has left, under the limit's lock.</summary>
    public bool IsGone { get; set; }

    /// <summary>The body that an endpoint made in a form; null for none.</summary>
    public KeptBody? Find(object endpoint, string form)
    {
        foreach (var kept in Volatile.Read(ref _bodies))
        {
            if (kept.IsFor(endpoint, form))
            {
                kept.Use();
                return kept;
            }
        }

        return null;
    }

    /// <summary>Keeps a body.</summary>
    public void Add(KeptBody body) => limit.Add(this, body);

    /// <summary>Takes a body in; of too many the one goes that was not used for longest. Under the limit's lock.</summary>
    /// <remarks>Those that were never used go first: nobody drives out what is in use by asking once for each of many types.</remarks>
    /// <returns>How many bytes there are more.</returns>
    public long Put(KeptBody body)
    {
        var size = SizeOf(_bodies);
        var kept = new Queue<KeptBody>(_bodies.Where(other => !other.IsFor(body.Endpoint, body.Form)));
        while (kept.Count >= Most)
        {
            var first = kept.Dequeue();
            if (first.TakeUse())
            {
                kept.Enqueue(first);
            }
        }

        kept.Enqueue(body);
        Volatile.Write(ref _bodies, [.. kept]);
        return SizeOf(_bodies) - size;
    }

    /// <summary>Lets all go. Under the limit's lock.</summary>
    /// <returns>Their bytes.</returns>
    public long Empty()
    {
        var size = SizeOf(_bodies);
        Volatile.Write(ref _bodies, []);
        return size;
    }

    /// <summary>Whether one was used since this was asked last.</summary>
    public bool TakeUse()
    {
        var isUsed = false;
        foreach (var kept in Volatile.Read(ref _bodies))
        {
            isUsed |= kept.TakeUse();
        }

        return isUsed;
    }

    public void Dispose() => limit.Remove(this);

    private static long SizeOf(KeptBody[] bodies) => bodies.Sum(static kept => (long)kept.Size);
}
