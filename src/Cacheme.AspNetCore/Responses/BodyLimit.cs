namespace Cacheme.AspNetCore.Responses;

/// <summary>Bounds the bytes of all kept bodies: when there are too many, those that were not used for longest go first. Thread-safe.</summary>
/// <remarks>A clock with one bit for each body: a hit sets the bit and takes no lock.</remarks>
/// <param name="most">The most bytes.</param>
internal sealed class BodyLimit(long most)
{
    private readonly LinkedList<KeptBodies> _clock = [];
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>The bytes that are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Keeps a body, and lets others go where there is no room. One that is too large for all of it is not kept, nor one whose value has left.</summary>
    public void Add(KeptBodies bodies, KeptBody body)
    {
        lock (_lock)
        {
            if (body.Size > most || bodies.IsGone)
            {
                return;
            }

            while (_bytes + body.Size > most && _clock.First is { } first)
            {
                Turn(first);
            }

            _bytes += bodies.Put(body);
            bodies.Place ??= _clock.AddLast(bodies);
        }
    }

    /// <summary>Lets bodies go whose value has left.</summary>
    public void Remove(KeptBodies bodies)
    {
        lock (_lock)
        {
            bodies.IsGone = true;
            if (bodies.Place is { } place)
            {
                _clock.Remove(place);
                bodies.Place = null;
            }

            _bytes -= bodies.Empty();
        }
    }

    private void Turn(LinkedListNode<KeptBodies> first)
    {
        _clock.RemoveFirst();
        if (first.Value.TakeUse())
        {
            _clock.AddLast(first);
        }
        else
        {
            first.Value.Place = null;
            _bytes -= first.Value.Empty();
        }
    }
}
