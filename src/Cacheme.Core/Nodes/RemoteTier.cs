using Cacheme.Storage;

namespace Cacheme.Nodes;

/// <summary>A remote link of a node's chain.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="TimeToLive">How long a value stays there; null for ever.</param>
/// <param name="LongestLife">How long one may stay there whatever a call says; null for ever.</param>
internal sealed record RemoteTier(RemoteStorage Storage, TimeSpan? TimeToLive, TimeSpan? LongestLife);
