namespace Cacheme.AspNetCore.Responses;

/// <summary>The bodies that endpoints have made of one value in memory: they go when it goes. Thread-safe.</summary>
/// <remarks>It changes under the lock of the limit; reading takes none.</remarks>
internal sealed class KeptBodies(BodyLimit limit) : IDisposable
{
    // Endpoints that share a node, and what their clients accept.
    private const int Most = 4;

    private KeptBody[] _bodies = [];
    private bool _isUsed = true;

    /// <summary>Its place among all, under the limit's lock.</summary>
    public LinkedListNode<KeptBodies>? Place { get; set; }

    /// <summary>Whether the value has left, under the limit's lock.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => Volatile.Read(ref _bodies).Length < Most;

    /// <summary>The body that an endpoint made for clients that accept the same; null for none.</summary>
    public KeptBody? Find(object endpoint, string accept)
    {
        foreach (var kept in Volatile.Read(ref _bodies))
        {
            if (kept.Endpoint == endpoint && kept.Accept == accept)
            {
                if (!Volatile.Read(ref _isUsed))
                {
                    Volatile.Write(ref _isUsed, true);
                }

                return kept;
            }
        }

        return null;
    }

    /// <summary>Keeps a body, where there is room.</summary>
    public void Add(KeptBody body) => limit.Add(this, body);

    /// <summary>Takes a body in. Under the limit's lock.</summary>
    public void Append(KeptBody body) => Volatile.Write(ref _bodies, [.. _bodies, body]);

    /// <summary>Lets all go. Under the limit's lock.</summary>
    /// <returns>Their bytes.</returns>
    public long Empty()
    {
        var size = _bodies.Sum(static kept => (long)kept.Size);
        Volatile.Write(ref _bodies, []);
        return size;
    }

    /// <summary>Whether one was used since this was asked last.</summary>
    public bool TakeUse() => Interlocked.Exchange(ref _isUsed, false);

    public void Dispose() => limit.Remove(this);
}
