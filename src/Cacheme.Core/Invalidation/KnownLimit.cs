namespace Cacheme.Invalidation;

/// <summary>What must have been known, as a record's number, when an entry of a remote tier came about, for the entry to be read.</summary>
/// <param name="Loaded">For a value that was loaded.</param>
/// <param name="Given">For one that was set: after a set elsewhere its own entry shall be read, and what was loaded before it shall not.</param>
internal readonly record struct KnownLimit(long Loaded, long Given)
{
    public static KnownLimit Of(long number) => new(number, number);

    public bool Refuses(long known, bool isGiven) => known < (isGiven ? Given : Loaded);

    public KnownLimit And(KnownLimit other) => new(Math.Max(Loaded, other.Loaded), Math.Max(Given, other.Given));
}
