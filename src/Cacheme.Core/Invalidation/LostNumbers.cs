namespace Cacheme.Invalidation;

/// <summary>The numbers that a log had given and has lost: it gives them again, to other records. One writes, any number read.</summary>
/// <remarks>
/// What knew one of them may have been loaded before a record that has the same number now, so it counts as knowing nothing. That
/// holds for as long as this process lives, and costs a load of what is loaded while the log is at these numbers again. A log
/// that goes on above what it had (a stream whose numbers are times) loses none.
/// </remarks>
internal struct LostNumbers
{
    private long _above;
    private long _highest;

    /// <summary>Adds what was known of a log before it was found at another number.</summary>
    /// <param name="last">The number of its last record now.</param>
    /// <param name="known">The highest number that was known.</param>
    public void Add(long last, long known)
    {
        if (known > last)
        {
            Volatile.Write(ref _above, _highest == 0 ? last : Math.Min(last, _above));
            Volatile.Write(ref _highest, Math.Max(known, _highest));
        }
    }

    public readonly bool Has(long known) => known <= Volatile.Read(in _highest) && known > Volatile.Read(in _above);
}
