namespace Cacheme.Invalidation;

/// <summary>What the entries of a key are measured by once an invalidation was heard of that a write of this process may have come behind.</summary>
/// <param name="Cause">What a value must have known that this process loaded and wrote: it knows that its own are no newer.</param>
/// <param name="Limit">What any entry must have known.</param>
internal readonly record struct Doubt(long Cause, KnownLimit Limit)
{
    public bool Refuses(long known, bool isGiven, bool isOwn) => Limit.Refuses(known, isGiven) || (isOwn && !isGiven && known < Cause);

    public Doubt And(Doubt other) => new(Math.Max(Cause, other.Cause), Limit.And(other.Limit));
}
