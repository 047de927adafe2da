using Cacheme.Storage;

namespace Cacheme.Invalidation;

/// <summary>What a look into the log brought.</summary>
/// <param name="Records">The new records, in their order; all that there are where others were missed.</param>
/// <param name="IsComplete">Whether there were no more of them.</param>
/// <param name="HasMissed">Whether others were there before them that nobody can read any more.</param>
internal readonly record struct InvalidationLook(IReadOnlyList<LogRecord> Records, bool IsComplete, bool HasMissed)
{
    /// <summary>The log could not be read.</summary>
    public static InvalidationLook Failed => new([], IsComplete: false, HasMissed: false);
}
