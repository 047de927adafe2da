using Cacheme.Invalidation;
using Cacheme.Storage;

namespace Cacheme.Pipeline;

/// <summary>A value ready to be committed.</summary>
/// <param name="Found">The value, and where it comes from.</param>
/// <param name="ExpiresAt">When its life ends, on the local clock.</param>
/// <param name="Operations">For each remote tier, what is to be done there.</param>
internal readonly record struct PreparedWrite<TValue>(FoundValue<TValue> Found, long ExpiresAt, LaneOperation?[] Operations)
{
    /// <summary>The value's tags in this process; null for none.</summary>
    public TagMark? Tags { get; init; }
}
