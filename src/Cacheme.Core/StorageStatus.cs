namespace Cacheme;

/// <summary>How a remote storage is.</summary>
/// <param name="Storage">Its name.</param>
/// <param name="IsReachable">Whether it answers.</param>
/// <param name="IsCutOff">Whether its circuit breaker is open: nothing but a probe in the background is asked of it, until one succeeds.</param>
public sealed record StorageStatus(string Storage, bool IsReachable, bool IsCutOff);
