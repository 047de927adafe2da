namespace Cacheme;

/// <summary>One tier of a node.</summary>
/// <param name="Storage">The storage's name.</param>
/// <param name="IsLocal">Whether it is in this process's memory.</param>
/// <param name="TimeToLive">How long a value stays; null for ever.</param>
public sealed record NodeTierInfo(string Storage, bool IsLocal, TimeSpan? TimeToLive);
