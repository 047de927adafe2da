using Cacheme.Storage;

namespace Cacheme.Invalidation;

/// <summary>What a look into the log brought.</summary>
/// <param name="Records">The new records, in their order.</param>
/// <param name="IsComplete">Whether there were no more of them.</param>
/// <param name="HasBegun">Whether it is a beginning: what was there before is not among the records.</param>
internal readonly record struct InvalidationLook(IReadOnlyList<LogRecord> Records, bool IsComplete, bool HasBegun)
{
    /// <summary>The log could not be read.</summary>
    public static InvalidationLook Failed => new([], IsComplete: false, HasBegun: false);
}
