using Cacheme.Storage;

namespace Cacheme.Nodes;

/// <summary>A remote link of a node's chain.</summary>
internal sealed record RemoteTier(RemoteStorage Storage, TimeSpan? TimeToLive);
